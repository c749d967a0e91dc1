"""This room makes a plan: what masters want, held against what courses and sections have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.plan.gather import gather
from reconciler.plan.lists import applied, list_changes
from reconciler.plan.merge import Gathered, once
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
    found = gathered(survey)
    return assemble(catalogs, targets, found, snapshot, store=store, catalog=catalog)


def gathered(survey: Survey) -> Gathered:
    """Judge every host that a push (or a part of one) looks at."""
    cohorts = gather(survey)
    return Gathered(cohorts.hosts, cohorts.all(), cohorts.skipped, survey.compared)


def assemble(
    catalogs: Sequence[Catalog], targets: Targets, found: Gathered, snapshot: Snapshot,
    *, store: str, catalog: str,
) -> Plan:  # fmt: skip
    """Make a plan of what was gathered, wherever that was done; raises CourseUnknown, ListInUse."""
    targets.all_met()
    scope, cohorts = targets.scope, once(found)
    lists = {} if scope.from_courses else {one.name: dict(one.lists) for one in catalogs}
    before = applied(lists, snapshot)
    return Plan(
        scope,
        store,
        catalog,
        tuple(one.name for one in catalogs),
        tuple(targets.calendars[place] for place in sorted(targets.calendars)),
        tuple(targets.wants),
        cohorts,
        found.skipped,
        lists,
        before,
        list_changes(lists, before, snapshot, cohorts),
        found.compared,
    )
