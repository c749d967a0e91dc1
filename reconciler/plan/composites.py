"""This room judges composite grades: structure and weights, two areas with the same keys (L5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.course import Area
from reconciler.keep.effect import Verdict
from reconciler.keep.table import Action, Marks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reconciler.course import Item, Setup
    from reconciler.keep.bench import Bench

ROWS, WEIGHTS = Area.COMPOSITE_GRADES, Area.COMPOSITE_WEIGHTS


def judge_composites(
    bench: Bench,
    desired: Mapping[Area, Mapping[str, Item]],
    once: Setup,
    *,
    used: Callable[[str], bool],
    marks: Callable[[str], Marks],
    refused: frozenset[str] = frozenset(),
) -> None:
    """Judge the rows, then the weights: by the table where they are pushed, else with their row (L5)."""
    before = {one.key for one in bench.here(ROWS)}
    if ROWS in desired:
        bench.judge(ROWS, desired[ROWS], used=used, marks=marks, skip=refused)
    after = {one.key for one in bench.here(ROWS)}
    if WEIGHTS in desired:
        _judge_weights(bench, desired[WEIGHTS], used, marks, gone=before - after, rows=after)
    elif ROWS in desired:
        _follow(bench, once)


def _judge_weights(
    bench: Bench,
    desired: Mapping[str, Item],
    used: Callable[[str], bool],
    marks: Callable[[str], Marks],
    *,
    gone: set[str],
    rows: set[str],
) -> None:
    missing = sorted(set(desired) - rows - gone)
    wanted = {key: one for key, one in desired.items() if key not in gone}
    bench.judge(WEIGHTS, wanted, used=used, marks=marks, skip=missing)
    verdicts = bench.verdicts[WEIGHTS]
    for place, verdict in enumerate(verdicts):
        if verdict.key in gone and verdict.after is not None and verdict.action is not Action.REFUSE:
            bench.of(WEIGHTS).put(verdict.key, None, None, None)
            verdicts[place] = _gone(verdict.key, verdict.before)
    for key in missing:
        bench.note(refusal(bench, WEIGHTS, desired[key], "missing_composite_row"))


def _gone(key: str, there: Item | None) -> Verdict:
    """A weight whose row goes, goes."""
    return Verdict(WEIGHTS, key, "L5", Action.DELETE, "deleted", there, None)


def _follow(bench: Bench, once: Setup) -> None:
    """A weight comes and goes with its row; an existing one stays (L5)."""
    weights = bench.of(WEIGHTS)
    for verdict in bench.verdicts.get(ROWS, ()):
        key, offered = verdict.key, once.get(verdict.key)
        there = weights.linked.get(key) or weights.own.get(key)
        if verdict.after is None:
            weights.put(key, None, None, None)
            if there is not None:
                bench.note(_gone(key, there))
        elif verdict.before is None and there is None and offered is not None:
            weights.put(key, offered, offered, None)
            bench.note(Verdict(WEIGHTS, key, "L5", Action.CREATE, "created", None, offered))
        elif verdict.action is Action.RESIDUAL and there is not None:
            weights.put(key, None, None, there.mark(left=key in weights.linked or there.left, kept=True))
        elif verdict.action is Action.RELEASE and there is not None and key in weights.own:
            weights.put(key, None, None, there.mark())
        elif verdict.action is Action.RELINK and there is not None and key in weights.own:
            weights.put(key, there.mark(), there.mark(), None)


def refusal(bench: Bench, area: Area, desired: Item, reason: str) -> Verdict:
    """An item that is refused by itself: what is there stays, also what was pushed (P9)."""
    parts = bench.of(area)
    there = parts.linked.get(desired.key) or parts.own.get(desired.key)
    row = "L7" if reason == "missing_task" else "L5"
    return Verdict(area, desired.key, row, Action.REFUSE, reason, there, there)
