"""This room makes a plan: what masters want, held against what courses and sections have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.plan.gather import gather
from reconciler.plan.lists import applied, list_changes
from reconciler.plan.model import Plan
from reconciler.plan.survey import Survey
from reconciler.plan.targets import Targets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.course import Catalog
    from reconciler.current import Snapshot
    from reconciler.plan.scope import Scope


def build(catalogs: Sequence[Catalog], scope: Scope, snapshot: Snapshot, *, store: str, catalog: str) -> Plan:
    """Plan a push; `catalog` is the digest of the catalogs. Reads, never writes.

    Raises CatalogUnknownMaster and CourseUnknown where something was asked for that is not there, and
    ListInUse.
    """
    targets = Targets(catalogs, scope, snapshot.calendars())
    survey = Survey(targets, snapshot)
    cohorts = gather(survey)
    targets.all_met()
    lists = {} if scope.from_courses else {one.name: dict(one.lists) for one in catalogs}
    before, found = applied(lists, snapshot), cohorts.all()
    return Plan(
        scope,
        store,
        catalog,
        tuple(one.name for one in catalogs),
        tuple(targets.calendars[place] for place in sorted(targets.calendars)),
        tuple(targets.wants),
        found,
        cohorts.skipped,
        lists,
        before,
        list_changes(lists, before, snapshot, found),
        survey.compared,
    )
