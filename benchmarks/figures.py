"""This room is the figures: each is one piece of work, run alone in a fresh process."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from time import perf_counter, process_time
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.catalogs import YEAR
from reconciler import desired
from reconciler.course import Area, decimal_text, setup
from reconciler.formats import native
from reconciler.plan import saved
from reconciler.plan.build import build
from reconciler.plan.scope import Scope
from reconciler.plan.summary import summarise, to_json
from reconciler.push import push
from reconciler.push.result import result
from reconciler.refresh import refresh
from reconciler.reports.text import render
from reconciler.stores import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from benchmarks.ground import Ground
    from reconciler.course import Catalog, Master, Setup
    from reconciler.current import Store
    from reconciler.desired import Loaded
    from reconciler.plan.model import Plan
    from reconciler.plan.summary import Summary

TODAY = "2026-12-01"


class Took(NamedTuple):
    """What one piece of work took: seconds on the wall and of the processor, and what it came to."""

    seconds: float
    processor: float
    facts: dict[str, int]


class _Clock:
    """Measures what happens between its making and `stop`."""

    def __init__(self) -> None:
        self.wall, self.work = perf_counter(), process_time()

    def stop(self, **facts: int) -> Took:
        return Took(perf_counter() - self.wall, process_time() - self.work, facts)


def reweighed(catalog: Catalog, number: str | None = None) -> Catalog:
    """The catalog with the first category of one master, or of every master, half a point heavier."""
    made: dict[int, Setup] = {}

    def moved(listed: Setup) -> Setup:
        if id(listed) not in made:
            first, *others = listed
            weight = decimal_text(Decimal(str(first.get("weight"))) + Decimal("0.5"))
            made[id(listed)] = setup([first.with_fields(weight=weight), *others])
        return made[id(listed)]

    def changed(one: Master) -> Master:
        if number not in (None, one.number):
            return one
        return replace(one, setups={**one.setups, Area.CATEGORIES: moved(one.setups[Area.CATEGORIES])})

    return replace(catalog, masters={key: changed(one) for key, one in catalog.masters.items()})


def one_weight(loaded: Loaded) -> tuple[Catalog, ...]:
    """One weight of one master changes."""
    first, *others = loaded.catalogs
    return reweighed(first, min(first.masters)), *others


def all_weights(loaded: Loaded) -> tuple[Catalog, ...]:
    """One weight of every master changes."""
    return tuple(map(reweighed, loaded.catalogs))


def planned(store: Store, catalogs: tuple[Catalog, ...], *, over: bool = False) -> tuple[Plan, Summary]:
    """A plan to all calendars and sections, summed up, as `reconcile plan` makes it."""
    with store.read() as snapshot:
        names = tuple(sorted(one.name for one in snapshot.calendars()))
        scope = Scope(YEAR, TODAY, names, overwrite=over, to_sections=True, allow_in_session=over)
        plan = build(catalogs, scope, snapshot, store=store.id, catalog="benchmark")
        return plan, summarise(plan, snapshot, catalogs)


def _document(plan: Plan, summary: Summary) -> saved.Json:
    return saved.document(plan, to_json(summary), made="2026-12-01T00:00:00+00:00", by="bench", tool="bench")


def _plan(path: Path, catalogs: tuple[Catalog, ...], *, over: bool = False) -> Took:
    clock = _Clock()
    with closing(open_store(str(path))) as store:
        plan, _ = planned(store, catalogs, over=over)
    return clock.stop(cohorts=len(plan.cohorts), comparisons=plan.compared)


def catalog_load(ground: Ground) -> Took:
    """Read, check and resolve the YAML."""
    clock = _Clock()
    loaded = desired.load(ground.yaml)
    return clock.stop(masters=sum(len(one.masters) for one in loaded.catalogs))


def import_native(ground: Ground) -> Took:
    """Bring a native JSON file into an empty state."""
    with (
        closing(open_store(str(ground.state))) as store,
        store.read() as snapshot,
        ground.native.open("w", encoding="utf-8") as file,
    ):
        # Never the whole text at once: the peak is to be that of the import.
        file.writelines(native.write_json(snapshot))
    target = _fresh(ground.folder / "imported.db")
    clock = _Clock()
    with closing(open_store(str(target), create=True)) as store:
        refresh(store, native.read(ground.native))
    return clock.stop(bytes=ground.native.stat().st_size)


def plan_nothing(ground: Ground) -> Took:
    """No master changed (what teachers changed is still found, and put back)."""
    return _plan(ground.state, ground.loaded().catalogs)


def plan_one(ground: Ground) -> Took:
    """One weight of one master changed."""
    return _plan(ground.state, one_weight(ground.loaded()))


def plan_all(ground: Ground) -> Took:
    """One weight of every master changed."""
    return _plan(ground.state, all_weights(ground.loaded()))


def plan_overwrite(ground: Ground) -> Took:
    """An overwrite into a rolled year, in which nothing is set up yet."""
    loaded = ground.loaded()
    ground.grow(loaded, ground.rolled, rolled=True)
    return _plan(ground.rolled, loaded.catalogs, over=True)


def render_text(ground: Ground) -> Took:
    """Write the plan of `plan-all` as text."""
    with closing(open_store(str(ground.state))) as store:
        _, summary = planned(store, all_weights(ground.loaded()))
    clock = _Clock()
    return clock.stop(characters=len(render(summary)))


def save_plan(ground: Ground) -> Took:
    """Write the plan of `plan-all` to a file."""
    with closing(open_store(str(ground.state))) as store:
        plan, summary = planned(store, all_weights(ground.loaded()))
    clock = _Clock()
    ground.plan.write_text(json.dumps(_document(plan, summary), ensure_ascii=False), encoding="utf-8")
    return clock.stop(bytes=ground.plan.stat().st_size)


def load_plan(ground: Ground) -> Took:
    """Read that file back."""
    if not ground.plan.exists():
        save_plan(ground)
    clock = _Clock()
    return clock.stop(cohorts=len(saved.load(ground.plan).cohorts))


def apply_all(ground: Ground) -> Took:
    """Carry the plan of `plan-all` out, to every section, and write its report."""
    target = _fresh(ground.folder / "applied.db")
    shutil.copyfile(ground.state, target)
    with closing(open_store(str(target))) as store:
        plan = saved.parse(_document(*planned(store, all_weights(ground.loaded()))))
        clock = _Clock()
        done = push(plan, store)
        result(plan, store, done)
    return clock.stop(courses=done.courses, sections=done.sections)


def limit_read(ground: Ground) -> Took:
    """The limit of a plan: bare sqlite3 fetches the same course, section and holding rows."""
    clock = _Clock()
    with closing(sqlite3.connect(ground.state)) as driver:
        courses = driver.execute(
            "SELECT id, calendar_id, catalog, master, ignored, mapped, holding_id FROM course ORDER BY id"
        ).fetchall()
        sections = driver.execute(
            "SELECT id, course_id, holding_id, used_id FROM section ORDER BY course_id, id"
        ).fetchall()
        values = sum(len(driver.execute(f"SELECT * FROM {name}").fetchall()) for name in _VALUES)
    return clock.stop(courses=len(courses), sections=len(sections), values=values)


_VALUES = ("holding", "setup", "used")


def limit_write(ground: Ground) -> Took:
    """The limit of an apply: one bare UPDATE of the rows that `apply-all` moves."""
    target = _fresh(ground.folder / "limit.db")
    shutil.copyfile(ground.state, target)
    with closing(sqlite3.connect(target)) as driver:
        for host in ("course", "section"):
            driver.execute(
                f"CREATE TEMP TABLE going_{host} AS SELECT id, holding_id + 1 AS after FROM {host}"
            )
        driver.commit()
        clock = _Clock()
        rows = 0
        for host in ("course", "section"):
            cursor = driver.execute(
                f"UPDATE {host} SET holding_id = g.after FROM going_{host} g WHERE g.id = {host}.id"
            )
            rows += cursor.rowcount
        driver.commit()
        return clock.stop(rows=rows)


def _fresh(path: Path) -> Path:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return path


FIGURES: dict[str, Callable[[Ground], Took]] = {
    "limit-read": limit_read,
    "limit-write": limit_write,
    "catalog-load": catalog_load,
    "import-native": import_native,
    "plan-nothing": plan_nothing,
    "plan-one": plan_one,
    "plan-all": plan_all,
    "plan-overwrite": plan_overwrite,
    "render-text": render_text,
    "save-plan": save_plan,
    "load-plan": load_plan,
    "apply-all": apply_all,
}
LIMITS = {
    "limit-read": ("plan-nothing", "plan-one", "plan-all"),
    "limit-write": ("apply-all",),
}
"""Which figures are told as so many times which limit, measured in the same run."""
SMALL = frozenset({"XS", "M"})


def chosen(size: str, only: str | None) -> Iterator[str]:
    """The figures of a size (a native file is for small districts), or one with its limit."""
    if only is None:
        return (name for name in FIGURES if name != "import-native" or size in SMALL)
    return (name for name in FIGURES if name == only or only in LIMITS.get(name, ()))
