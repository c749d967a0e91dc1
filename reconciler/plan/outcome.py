"""This room is what comes of judging one host: the holding it will have, and every verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.course import Holding, Rename
    from reconciler.keep.effect import Verdict
    from reconciler.plan.wanted import Below


@dataclass(frozen=True, slots=True)
class Outcome:
    """A judged host. `refused`: the reason why a whole course stays as it is (P5), else empty.

    `rekeys`: items that got a new key, with their uses. `below`: what a course gives its sections;
    None where its sections stay as they are.
    """

    before: Holding
    after: Holding
    verdicts: tuple[Verdict, ...] = ()
    refused: str = ""
    rekeys: tuple[Rename, ...] = ()
    below: Below | None = None
