"""This room holds what `plan` and `apply` share: the options of a push, and the way from them to a plan."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reconciler.commands.settings import catalog_paths, loaded
from reconciler.errors import NotCarried, OptionsContradict, YearUnknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.cluster import Farm
    from reconciler.course import Catalog
    from reconciler.current import Snapshot, Store
    from reconciler.plan.model import Plan
    from reconciler.plan.scope import Scope
    from reconciler.plan.summary import Summary


class Mode(StrEnum):
    """How a push from masters treats what it finds below (domain.md 3)."""

    LOCKED = "locked"
    OVERWRITE = "overwrite"


class Source(StrEnum):
    """Where a push comes from: masters, or courses (domain.md 4)."""

    MASTERS = "masters"
    COURSES = "courses"


class Data(StrEnum):
    """The data types that can be ticked (domain.md 2)."""

    COURSE_INFO = "course_info"
    GRADING_TASKS_STANDARDS = "grading_tasks_standards"
    GRADE_CALC_OPTIONS = "grade_calc_options"
    COMPOSITE_GRADES = "composite_grades"
    COMPOSITE_WEIGHTS = "composite_weights"
    CATEGORIES = "categories"
    ASSESSMENTS = "assessments"


class Format(StrEnum):
    """How a result is written to stdout."""

    TEXT = "text"
    JSON = "json"


def _option(*names: str, **more: Any) -> Any:  # noqa: ANN401 - Typer's own type
    return typer.Option(*names, show_default=False, **more)


ModeOption = Annotated[Mode, typer.Option("--mode", help="What teachers made stays, or a clean slate.")]
SourceOption = Annotated[Source, typer.Option("--source", help="Push from masters, or from courses.")]
YearOption = Annotated[int | None, _option("--year", help="School year, by the year in which it ends.")]
CalendarOption = Annotated[
    list[str] | None,
    _option("--calendar", metavar="NAME", help="Only these calendars (globs); `all` says every one."),
]
MasterOption = Annotated[
    list[str] | None, _option("--master", metavar="NUMBER", help="Only these masters (globs).")
]
CourseOption = Annotated[
    list[str] | None,
    _option("--course", metavar="COURSE", help="Only these courses: NUMBER or NUMBER@CALENDAR (globs)."),
]
SchoolOption = Annotated[
    list[str] | None, _option("--school", metavar="NAME", help="Only these schools (globs).")
]
DataOption = Annotated[list[Data] | None, _option("--data", help="Push only these data types.")]
SkipOption = Annotated[list[Data] | None, _option("--skip-data", help="Push all data types but these.")]
SectionsOption = Annotated[bool, typer.Option("--to-sections", help="Go on from courses to their sections.")]
CrossSiteOption = Annotated[bool, typer.Option("--cross-site", help="Push cross-site fields too.")]
OverCategoriesOption = Annotated[
    bool,
    typer.Option(
        "--overwrite-categories", help="From courses: replace the sections' categories (used ones stay)."
    ),
]
SessionOption = Annotated[
    bool, typer.Option("--allow-in-session", help="Allow what needs leave while school is in session.")
]
TodayOption = Annotated[
    str | None, _option("--as-of", metavar="DATE", help="Judge as if it were this day (YYYY-MM-DD).")
]
FormatOption = Annotated[Format, typer.Option("--format", help="How the result is written.")]
DetailedOption = Annotated[
    bool,
    typer.Option(
        "--detailed-exitcode", help="Exit 2 if changes are pending, 3 if only residuals or refusals remain."
    ),
]
VerboseOption = Annotated[
    bool, typer.Option("-v", "--verbose", help="Name every member and show every line.")
]
ClusterOption = Annotated[
    str | None,
    _option(
        "--cluster", metavar="ADDRESS",
        help="Work on a Dask cluster: tcp://HOST:PORT, or local:N processes. Also RECONCILE_CLUSTER.",
    ),
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of a push, as given."""

    catalogs: list[Path] | None
    mode: Mode = Mode.LOCKED
    source: Source = Source.MASTERS
    year: int | None = None
    calendar: Sequence[str] = ()
    master: Sequence[str] = ()
    course: Sequence[str] = ()
    school: Sequence[str] = ()
    data: Sequence[Data] = ()
    skip_data: Sequence[Data] = ()
    to_sections: bool = False
    cross_site: bool = False
    overwrite_categories: bool = False
    allow_in_session: bool = False
    as_of: str | None = None
    no_cache: bool = field(default=False, compare=False)


def check(asked: Asked) -> None:
    """Refuse options that contradict each other; raises OptionsContradict, NotCarried."""
    courses = asked.source is Source.COURSES
    pairs = (
        (asked.data and asked.skip_data, "--data and --skip-data"),
        (courses and asked.mode is Mode.OVERWRITE, "--source courses and --mode overwrite"),
        (courses and asked.master, "--source courses and --master"),
        (courses and asked.to_sections, "--source courses and --to-sections"),
        (not courses and asked.overwrite_categories, "--source masters and --overwrite-categories"),
    )
    for wrong, what in pairs:
        if wrong:
            raise OptionsContradict(what=what)
    if courses:
        _carried(asked)


def _carried(asked: Asked) -> None:
    """Refuse data types that a push from courses does not carry (S2)."""
    from reconciler.plan.scope import COURSE_PUSH

    carried = {one.value for one in COURSE_PUSH.values()}
    wrong = [one.value for one in asked.data if one.value not in carried]
    if Data.COMPOSITE_GRADES in asked.data:
        wrong = [one for one in wrong if one != Data.COMPOSITE_WEIGHTS]
    if wrong:
        told = {Data.COURSE_INFO: " (advisory alone)", Data.COMPOSITE_GRADES: " (with their weights)"}
        known = ", ".join(one.value + told.get(one, "") for one in Data if one.value in carried)
        alone = " without composite_grades" if wrong == [Data.COMPOSITE_WEIGHTS] else ""
        raise NotCarried(what=", ".join(wrong) + alone, known=known)
    if Data.COMPOSITE_WEIGHTS in asked.skip_data and Data.COMPOSITE_GRADES not in asked.skip_data:
        raise OptionsContradict(what="--source courses and --skip-data composite_weights alone")


def day(text: str | None) -> str:
    """The day on which is judged what is in session."""
    if text is None:
        from reconciler.receipts import today

        return today()
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a day; write YYYY-MM-DD", param_hint="--as-of") from None


def load_catalogs(asked: Asked) -> tuple[tuple[Catalog, ...], str]:
    """The catalogs and their digest; a push from courses needs none.

    Raises CatalogInvalid, WarningsRefused.
    """
    if asked.source is Source.COURSES:
        return (), ""
    from reconciler import desired, policy

    read = loaded(catalog_paths(asked.catalogs), no_cache=asked.no_cache)
    desired.require(read)
    policy.require_none(policy.as_errors(policy.load(), read.problems))
    return read.catalogs, read.digest


def revision(asked: Asked) -> str:
    """The git commit of the catalogs; empty for a push from courses."""
    from reconciler.receipts import revision as of

    return "" if asked.source is Source.COURSES else of(catalog_paths(asked.catalogs)[0])


@contextmanager
def cluster(option: str | None) -> Iterator[Farm | None]:
    """The cluster to work on, for as long as the block lasts; None where everything is done here.

    Raises what `cluster.joined` raises.
    """
    address = option or os.environ.get("RECONCILE_CLUSTER")
    if not address:
        yield None
        return
    from reconciler.cluster import joined

    with joined(address) as farm:
        yield farm


def make(
    asked: Asked, catalogs: Sequence[Catalog], digest: str, snapshot: Snapshot, store: Store,
    farm: Farm | None = None,
) -> tuple[Plan, Summary]:  # fmt: skip
    """Plan what was asked for, and sum it up; a school of a catalog that nobody knows is warned of."""
    from reconciler.choosing import unknown_schools
    from reconciler.plan.build import build
    from reconciler.plan.summary import summarise

    for told in unknown_schools(catalogs, [name for name, _ in snapshot.schools()]):
        typer.echo(f"warning: {told}", err=True)
    scope = scope_of(asked, catalogs, snapshot)
    if farm is None:
        plan = build(catalogs, scope, snapshot, store=store.id, catalog=digest)
    else:
        from reconciler.cluster import build as build_together

        plan = build_together(farm, catalogs, scope, snapshot, store, catalog=digest)
    return plan, summarise(plan, snapshot, catalogs)


def scope_of(asked: Asked, catalogs: Sequence[Catalog], snapshot: Snapshot) -> Scope:
    """The push that was asked for, with its calendars looked up."""
    from dataclasses import replace

    from reconciler.course import DataType
    from reconciler.plan.scope import Scope
    from reconciler.plan.targets import choose_calendars, choose_year, year_of

    calendars = snapshot.calendars()
    from_courses = asked.source is Source.COURSES
    if from_courses and asked.year is None:
        year = year_of(asked.calendar, calendars)
    else:
        year = choose_year(asked.year, catalogs)
    known = sorted({one for catalog in catalogs for one in catalog.school_years})
    if catalogs and year not in known:
        raise YearUnknown(year=year, years=", ".join(map(str, known)))
    ticked = {DataType(one) for one in asked.data} or set(DataType)
    scope = Scope(
        year,
        day(asked.as_of),
        (),
        from_courses,
        asked.mode is Mode.OVERWRITE,
        frozenset(ticked - {DataType(one) for one in asked.skip_data}),
        asked.to_sections,
        asked.cross_site,
        asked.overwrite_categories,
        tuple(asked.master),
        tuple(asked.course),
        tuple(asked.school),
        allow_in_session=asked.allow_in_session,
    )
    return replace(scope, calendars=choose_calendars(asked.calendar, scope, catalogs, calendars))


def exit_code(summary: Summary) -> int:
    """What `--detailed-exitcode` says: 2 changes pending, 3 residuals or refusals remain, 0 in sync."""
    from reconciler.errors import CHANGES, DONE, REMAINDERS

    if summary.pending:
        return CHANGES
    return REMAINDERS if summary.remains else DONE
