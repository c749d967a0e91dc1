"""This room is what one catalog by itself comes to: the part of a reading that can be kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.check.across import Heading
    from reconciler.check.report import Findings
    from reconciler.course import Catalog


@dataclass(frozen=True, slots=True)
class Portion:
    """One catalog, resolved: what is said of it, what is compared with others, the digest of its values."""

    catalog: Catalog
    findings: Findings
    heading: Heading
    digest: str
