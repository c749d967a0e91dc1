"""This room finds composite grades that are computed, over some steps, from themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.catalog import Problem, Severity
from reconciler.check.layers import Pieces, children
from reconciler.course import cell_key

if TYPE_CHECKING:
    from reconciler.check.drafts import Drafts
    from reconciler.check.report import Report


def examine(drafts: Drafts, report: Report) -> None:
    """Report every circle once for the masters that share it."""
    found: dict[int, Problem | None] = {}
    for draft in drafts.masters:
        pieces = draft.merged.lists.get("composite_grades")
        if pieces:
            if id(pieces) not in found:
                found[id(pieces)] = _circle(pieces)
            problem = found[id(pieces)]
            if problem:
                report.shared(problem, draft.number)


def _circle(pieces: Pieces) -> Problem | None:
    below = {
        parent: [cell_key(ref, term) for ref, term, _ in children(piece)] for parent, piece in pieces.items()
    }
    done: set[str] = set()
    for start in below:
        way = _way(start, below, done)
        if way:
            message = f"this grade is computed from itself: {' <- '.join(way)}"
            remedy = "remove one of these children"
            return Problem(Severity.ERROR, "composite-cycle", message, remedy, *pieces[way[0]].spot)
    return None


def _way(start: str, below: dict[str, list[str]], done: set[str]) -> tuple[str, ...]:
    """The first circle reachable from `start`; walks without recursion, however long the chain."""
    path: list[str] = [start]
    ahead = [iter(below.get(start, ()))]
    while path:
        child = next(ahead[-1], None)
        if child is None:
            done.add(path.pop())
            ahead.pop()
        elif child in path:
            return (*path[path.index(child) :], child)
        elif child not in done:
            path.append(child)
            ahead.append(iter(below.get(child, ())))
    return ()
