"""This room turns documents into problems: JSON Schema first, then cross-references; all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.catalog import gather
from reconciler.check import across, masters, references
from reconciler.check.drafts import Draft, Drafts
from reconciler.check.layers import Layers
from reconciler.check.locks import locks_of
from reconciler.check.report import Report
from reconciler.check.structure import examine

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from reconciler.catalog import Problem, Source

__all__ = ["Draft", "Drafts", "check", "judge"]


def check(paths: Sequence[Path]) -> tuple[tuple[Drafts, ...], tuple[Problem, ...]]:
    """Read and check catalogs: what of each can be used, and every problem of all their files."""
    return judge(*gather(paths))


def judge(
    sources: Sequence[Source], problems: Sequence[Problem]
) -> tuple[tuple[Drafts, ...], tuple[Problem, ...]]:
    """Check catalogs as read; takes out of their documents what can't be used."""
    report = Report()
    report.add(problems)
    checked = tuple(_catalog(source, report) for source in sources)
    across.examine(checked, report)
    return checked, report.problems()


def _catalog(source: Source, report: Report) -> Drafts:
    for document in source.documents:
        examine(document, report)
    report.add(source.combine())
    references.examine(source, report)
    layers = Layers(source, report)
    layers.setups()
    found = [Draft.of(table, layers) for table in masters.tables_of(source)]
    custom = {key for draft in found for key in draft.merged.info if key.startswith("custom.")}
    drafts = Drafts(source, locks_of(source, custom), tuple(found))
    masters.examine(drafts, report)
    return drafts
