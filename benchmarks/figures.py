"""This room lists the figures: each is one piece of work, run alone in a fresh process.

A figure names its function, so that a process enters just the rooms of the one that it measures.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from benchmarks.measure import Took
from benchmarks.sizes import SIZES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from benchmarks.ground import Ground

__all__ = ["FIGURES", "Figure", "Took", "chosen", "needed"]
EVERY = frozenset(SIZES)
SMALL = frozenset({"XS", "M"})
LARGE = frozenset({"XL"})
TO_XL = EVERY - {"XXL"}
SQLITE, POSTGRES = "sqlite", "postgresql"
BOTH = frozenset({SQLITE, POSTGRES})
SERVER = frozenset({POSTGRES})


@dataclass(frozen=True, slots=True)
class Figure:
    """One piece of work.

    `work`: where its function is. `limit`: the figure that it is told by, as so many times. `needs`: figures
    that leave what it works on. `sizes`: of which it is one by default. `once`: it repeats by itself, or is
    long. `databases`: with which it is shown.
    """

    work: str
    limit: str = ""
    needs: tuple[str, ...] = ()
    sizes: frozenset[str] = EVERY
    once: bool = False
    databases: frozenset[str] = frozenset({SQLITE})

    @property
    def run(self) -> Callable[[Ground], Took]:
        """Its function; enters the room."""
        room, _, name = self.work.partition(".")
        found: Callable[[Ground], Took] = getattr(import_module(f"benchmarks.{room}"), name)
        return found

    @property
    def about(self) -> str:
        """What it is, in one sentence."""
        return (self.run.__doc__ or "").strip().partition("\n")[0]


FIGURES: dict[str, Figure] = {
    "limit-read": Figure("limits.limit_read"),
    "plan-nothing": Figure("planning.plan_nothing", "limit-read", databases=BOTH),
    "plan-one": Figure("planning.plan_one", "limit-read"),
    "plan-master": Figure("planning.plan_master", "plan-one"),
    "plan-all": Figure("planning.plan_all", "limit-read", databases=BOTH),
    "plan-overwrite": Figure("planning.plan_overwrite"),
    "render-text": Figure("planning.render_text", "plan-all"),
    "render-json": Figure("planning.render_json", "plan-all"),
    "save-plan": Figure("planning.save_plan", "plan-all"),
    "load-plan": Figure("planning.load_plan", "plan-all", needs=("save-plan",)),
    "limit-write": Figure("limits.limit_write", needs=("apply-all",)),
    "apply-all": Figure("applying.apply_all", "limit-write", needs=("save-plan",)),
    "state-size": Figure("applying.state_size", once=True),
    "limit-catalog": Figure("limits.limit_catalog", sizes=TO_XL),
    "catalog-cold": Figure("reading.catalog_cold", "limit-catalog"),
    "catalog-warm": Figure("reading.catalog_warm", needs=("catalog-cold",)),
    "process-cold": Figure("processes.process_cold"),
    "process-warm": Figure("processes.process_warm", needs=("process-cold",)),
    "progress-plan": Figure("processes.progress_plan", needs=("process-cold",), once=True),
    "progress-apply": Figure("processes.progress_apply", needs=("save-plan",), once=True),
    "by-hand-plan": Figure("by_hand.by_hand_plan", "plan-all", once=True),
    "by-hand": Figure("by_hand.by_hand", once=True),
    "octodns": Figure("nearest.octodns", "process-cold", sizes=SMALL, once=True),
    "import-native": Figure("applying.import_native", sizes=SMALL),
    "limit-csv": Figure("roster.limit_csv", sizes=LARGE),
    "import-roster": Figure("roster.import_roster", "limit-csv", sizes=LARGE),
    "limit-csv-zip": Figure("roster.limit_csv_zip", sizes=LARGE),
    "import-roster-zip": Figure("roster.import_roster_zip", "limit-csv-zip", sizes=LARGE),
    "pg-grow": Figure("server.pg_grow", once=True, databases=SERVER),
    "pg-plan-nothing": Figure("server.pg_plan_nothing", "plan-nothing", ("pg-grow",), databases=SERVER),
    "pg-plan-all": Figure("server.pg_plan_all", "plan-all", ("pg-grow",), databases=SERVER),
    "pg-limit-write": Figure("server.pg_limit_write", needs=("pg-apply-all",), databases=SERVER),
    "pg-apply-all": Figure("server.pg_apply_all", "pg-limit-write", ("pg-grow",), databases=SERVER),
}


def chosen(size: str, database: str, only: Collection[str] = ()) -> Iterator[str]:
    """The figures of a size, or just these with the limits that they are told by; in their order."""
    told = {*only, *(FIGURES[name].limit for name in only)}
    for name, figure in FIGURES.items():
        if name in told if only else size in figure.sizes and database in figure.databases:
            yield name


def needed(name: str) -> Iterator[str]:
    """What has to be run before a figure, the first first."""
    for one in FIGURES[name].needs:
        yield from needed(one)
        yield one
