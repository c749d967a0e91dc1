"""This room checks: each catalog by itself first, then the catalogs that are loaded together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.catalog import gather
from reconciler.check import across, masters, references
from reconciler.check.drafts import Draft, Drafts
from reconciler.check.layers import Layers
from reconciler.check.locks import locks_of
from reconciler.check.report import Report
from reconciler.check.structure import examine as examine_structure

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from reconciler.catalog import Problem, Source


def check(paths: Sequence[Path]) -> tuple[tuple[Drafts, ...], tuple[Problem, ...]]:
    """Read and check catalogs: what of each can be used, and every problem of all their files."""
    return judge(*gather(paths))


def judge(
    sources: Sequence[Source], problems: Sequence[Problem]
) -> tuple[tuple[Drafts, ...], tuple[Problem, ...]]:
    """Check catalogs as read; takes out of their documents what can't be used."""
    whole = Report()
    whole.add(problems)
    checked = []
    for source in sources:
        drafts, report = examine(source)
        checked.append(drafts)
        whole.merge(report.findings())
    across.examine([drafts.heading() for drafts in checked], whole)
    return tuple(checked), whole.problems()


def examine(source: Source) -> tuple[Drafts, Report]:
    """Check one catalog by itself."""
    report = Report()
    for document in source.documents:
        examine_structure(document, report)
    report.add(source.combine())
    references.examine(source, report)
    layers = Layers(source, report)
    layers.setups()
    found = [Draft.of(table, layers) for table in masters.tables_of(source)]
    custom = {key for draft in found for key in draft.merged.info if key.startswith("custom.")}
    drafts = Drafts(source, locks_of(source, custom), tuple(found))
    masters.examine(drafts, report)
    return drafts, report
