"""This room runs `reconcile relink`: chosen courses are put back to what their masters say (domain.md 7)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import reconciler.commands.carrying as c
import reconciler.commands.pushing as p
from reconciler.commands.settings import CacheOption, StateOption

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.current import Snapshot, Store
    from reconciler.plan.model import Plan
    from reconciler.plan.summary import Summary


def relink(
    courses: Annotated[
        list[str], typer.Argument(metavar="COURSE...", help="NUMBER or NUMBER@CALENDAR.", show_default=False)
    ],
    catalog: Annotated[
        list[Path] | None,
        typer.Option("--catalog", help="Catalog files or folders.", show_default=False),
    ] = None,
    area: Annotated[
        list[str] | None, typer.Option("--area", help="Only these areas.", show_default=False)
    ] = None,
    skip_area: Annotated[
        list[str] | None, typer.Option("--skip-area", help="All areas but these.", show_default=False)
    ] = None,
    to_sections: p.SectionsOption = False,
    as_of: p.TodayOption = None,
    out: c.OutOption = None,
    plan_only: c.PlanOnlyOption = False,
    yes: c.YesOption = False,
    message: c.MessageOption = "",
    strict: c.StrictOption = False,
    allow_in_session: p.SessionOption = False,
    over_threshold: c.OverOption = False,
    lock_timeout: c.LockTimeoutOption = 0,
    format_: p.FormatOption = p.Format.TEXT,
    verbose: p.VerboseOption = False,
    no_cache: CacheOption = False,
    state: StateOption = None,
) -> None:
    """Put back what was changed below in these courses, and link it again; what is their own stays.

    This repairs a desynced course. Residuals that are used stay. A course that is marked Ignore Master Push
    is refused until the mark is cleared.
    """
    from reconciler.plan.build import build
    from reconciler.plan.summary import summarise
    from reconciler.relinking import relink_scope

    how = c.How(
        message, yes, strict, format_, verbose, out, plan_only,
        forced=over_threshold, allowed=allow_in_session, wait=lock_timeout,
    )  # fmt: skip
    known, digest = p.load_catalogs(asked := p.Asked(catalog, no_cache=no_cache))
    areas = _areas(area or (), skip_area or ())

    def make(store: Store, snapshot: Snapshot) -> tuple[Plan, Summary]:
        """The plan that puts these courses back, summed up."""
        scope = relink_scope(
            snapshot, known, courses, areas=areas, to_sections=to_sections, today=p.day(as_of)
        )
        made = build(known, scope, snapshot, store=store.id, catalog=digest)
        return made, summarise(made, snapshot, known)

    raise typer.Exit(c.carry(state, how, make, revision=p.revision(asked)))


def _areas(chosen: Sequence[str], skipped: Sequence[str]) -> tuple[str, ...]:
    """The areas that are meant; empty for all. Raises OptionsContradict, AreaUnknown."""
    from reconciler.course import Area
    from reconciler.errors import OptionsContradict, suggestion
    from reconciler.errors.relink import AreaUnknown

    known = [one.value for one in Area]
    for name in (*chosen, *skipped):
        if name not in known:
            raise AreaUnknown(name=name, hint=suggestion(name, known), known=", ".join(known))
    if chosen and skipped:
        raise OptionsContradict(what="--area and --skip-area")
    return tuple(one for one in known if one not in skipped) if skipped else tuple(dict.fromkeys(chosen))
