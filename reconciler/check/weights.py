"""This room adds up category weights, per task and term, where a calculation weights categories."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from reconciler.catalog import Plain, Problem, Severity
from reconciler.check.layers import Piece, Pieces, texts
from reconciler.course import Area, Ref, cell_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.check.drafts import Drafts
    from reconciler.check.report import Report

WHOLE = 100


def examine(drafts: Drafts, report: Report) -> None:
    """Warn where the weights that feed a task or standard in a term are not 100, or all 0."""
    found: dict[tuple[int, int], tuple[Problem, ...]] = {}
    for draft in drafts.masters:
        categories = draft.merged.lists.get("categories")
        cells = draft.merged.lists.get("grade_calc_options")
        if not categories or not cells or draft.merged.marred:
            continue
        key = (id(categories), id(cells))
        if key not in found:
            found[key] = tuple(_wrong(categories, cells))
        for problem in found[key]:
            report.shared(problem, draft.number)


def _wrong(categories: Pieces, cells: Pieces) -> Iterator[Problem]:
    grouped: dict[tuple[int, str, Decimal], tuple[Piece, list[int]]] = {}
    for key, cell in cells.items():
        if cell.fields.get("weight_categories") is True:
            ref, term = cell_of(key)
            total = _total(categories, ref, term)
            if total is not None and total != WHOLE:
                grouped.setdefault((id(cell.table), ref.key, total), (cell, []))[1].append(term)
    for (_, name, total), (cell, terms) in grouped.items():
        told = ", ".join(str(term) for term in sorted(terms))
        adds = "are all 0" if total == 0 else f"add up to {total}, not 100"
        message = f"the category weights of {name} in term{'s' if len(terms) > 1 else ''} {told} {adds}"
        remedy = "mend the weights, or turn weight_categories off"
        yield Problem(Severity.WARNING, "category-weights", message, remedy, *cell.spot)


def _total(categories: Pieces, ref: Ref, term: int) -> Decimal | None:
    """The sum of what feeds a task or standard in a term; None where nothing does."""
    fed = [piece for piece in categories.values() if _feeds(piece, ref, term)]
    if not fed:
        return None
    weights = (piece.fields.get("weight") for piece in fed)
    return sum((Decimal(weight) for weight in weights if isinstance(weight, Plain)), Decimal(0))


def _feeds(piece: Piece, ref: Ref, term: int) -> bool:
    """Without tasks and standards a category feeds all of them; without terms in every term."""
    fields = piece.fields
    if fields.get("exclude_from_calculation") is True:
        return False
    tasks, standards = texts(fields.get("tasks")), texts(fields.get("standards"))
    named = tasks if ref.area is Area.GRADING_TASKS else standards
    terms = texts(fields.get("terms"))
    reaches = ref.key in named or not (tasks or standards)
    return reaches and (not terms or str(term) in {str(int(one)) for one in terms})
