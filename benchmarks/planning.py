"""This room measures plans: nothing changed, one master, every master; and what is made of a plan.

The program's own rooms are entered before the clock starts: a whole process is a figure of its own.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import deepdiff  # noqa: F401 - entered before the clock starts
import jsonschema  # noqa: F401 - the same

import reconciler.stores.sqlite  # noqa: F401 - the same
from benchmarks.catalogs import CHANGED, YEAR
from benchmarks.measure import Clock
from reconciler.plan import saved
from reconciler.plan.build import build
from reconciler.plan.scope import Scope
from reconciler.plan.summary import summarise, to_json
from reconciler.reports.text import render
from reconciler.stores import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from benchmarks.ground import Ground
    from benchmarks.measure import Took
    from reconciler.course import Catalog
    from reconciler.current import Store
    from reconciler.plan.model import Plan
    from reconciler.plan.summary import Summary

TODAY = "2026-12-01"
"""In the middle of the year: every push is one into running classes."""


def planned(
    store: Store, catalogs: Sequence[Catalog], *, over: bool = False, masters: tuple[str, ...] = ()
) -> tuple[Plan, Summary]:
    """A plan to all calendars and sections, summed up, as `reconcile plan` makes it."""
    with store.read() as snapshot:
        names = tuple(sorted(one.name for one in snapshot.calendars()))
        scope = Scope(
            YEAR, TODAY, names, overwrite=over, to_sections=True, masters=masters, allow_in_session=over
        )
        plan = build(catalogs, scope, snapshot, store=store.id, catalog="benchmark")
        return plan, summarise(plan, snapshot, catalogs)


def document(plan: Plan, summary: Summary) -> saved.Json:
    """The plan as it is saved."""
    return saved.document(plan, to_json(summary), made="2026-12-01T00:00:00+00:00", by="bench", tool="bench")


def text(plan: Plan, summary: Summary) -> str:
    """The same, as it stands in a file and as it is shown to programs."""
    return saved.text(plan, to_json(summary), made="2026-12-01T00:00:00+00:00", by="bench", tool="bench")


def measured(
    url: str, catalogs: Sequence[Catalog], *, over: bool = False, masters: tuple[str, ...] = ()
) -> Took:
    """A plan of a state, from opening it to the sums."""
    clock = Clock()
    with closing(open_store(url)) as store:
        plan, _ = planned(store, catalogs, over=over, masters=masters)
    return clock.stop(cohorts=len(plan.cohorts), comparisons=plan.compared)


def plan_nothing(ground: Ground) -> Took:
    """A plan; no master changed (what teachers changed is still found, and put back)."""
    return measured(str(ground.state), ground.catalogs("nothing"))


def plan_one(ground: Ground) -> Took:
    """A plan; one weight of one master changed."""
    return measured(str(ground.state), ground.catalogs("one"))


def plan_master(ground: Ground) -> Took:
    """The same, said to be of that master alone (`--master`)."""
    return measured(str(ground.state), ground.catalogs("one"), masters=(CHANGED,))


def plan_all(ground: Ground) -> Took:
    """A plan, to every section; one weight of every master changed."""
    return measured(str(ground.state), ground.catalogs("all"))


def plan_overwrite(ground: Ground) -> Took:
    """An overwrite into a rolled year, in which nothing is set up yet."""
    ground.grow(ground.rolled, rolled=True)
    return measured(str(ground.rolled), ground.catalogs("nothing"), over=True)


def saved_plan(url: str, catalogs: Sequence[Catalog], path: Path) -> Path:
    """A plan of a state, saved there."""
    with closing(open_store(url)) as store:
        _save(path, *planned(store, catalogs))
    return path


def _save(path: Path, plan: Plan, summary: Summary) -> None:
    path.write_text(text(plan, summary), encoding="utf-8")


@contextmanager
def _made(ground: Ground) -> Iterator[tuple[Plan, Summary]]:
    """The plan of `plan-all`."""
    with closing(open_store(str(ground.state))) as store:
        yield planned(store, ground.catalogs("all"))


def render_text(ground: Ground) -> Took:
    """That plan, written as text."""
    with _made(ground) as (_, summary):
        clock = Clock()
        return clock.stop(characters=len(render(summary)))


def render_json(ground: Ground) -> Took:
    """That plan, written as JSON for programs."""
    with _made(ground) as (plan, summary):
        clock = Clock()
        return clock.stop(characters=len(text(plan, summary)))


def save_plan(ground: Ground) -> Took:
    """That plan, written to a file."""
    with _made(ground) as (plan, summary):
        clock = Clock()
        _save(ground.plan, plan, summary)
        return clock.stop(bytes=ground.plan.stat().st_size)


def load_plan(ground: Ground) -> Took:
    """That file, read back and checked."""
    clock = Clock()
    return clock.stop(cohorts=len(saved.load(ground.plan).cohorts))
