"""This room refreshes one course or section: every area that its source lists, and its uses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import Area, Holding, Part
from reconciler.district import Incoming
from reconciler.refresh.evidence import Uses, merge, prove, resolve
from reconciler.refresh.match import ID_ALIAS, Here, Matches, match
from reconciler.refresh.settle import settle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.course import Setup
    from reconciler.district import CourseIn, District, Incomings, SectionIn

Aliases = dict[Area, dict[str, str]]
UsedKeys = frozenset[tuple[Area, str]]
NO_HOLDING = Holding()


@dataclass(frozen=True, slots=True)
class Before:
    """A host as the store has it. `uses` None: never read, or a course."""

    holding: Holding = NO_HOLDING
    aliases: Mapping[Area, Mapping[str, str]] = field(default_factory=dict)
    uses: Uses | None = None
    new: bool = True

    def here(self, area: Area) -> Here:
        """One area of it."""
        get = self.holding.get
        aliases = self.aliases.get(area, {})
        return Here(get(area, Part.PUSHED), get(area, Part.LINKED), get(area, Part.OWN), aliases)


class After(NamedTuple):
    """A host as it is now. `uses` as in Before; `aliases` are the new ones alone."""

    holding: Holding
    uses: Uses | None
    aliases: tuple[tuple[Area, str, str], ...] = ()
    added: int = 0
    changed: int = 0
    gone: int = 0
    complaints: tuple[str, ...] = ()


class Listed(NamedTuple):
    """What came for one area; `whole`: an item that is not in it is gone."""

    items: Incomings
    whole: bool


Lists = dict[Area, Listed]


def used_keys(uses: Uses | None) -> UsedKeys:
    """What has evidence, whatever the term."""
    return frozenset((use.area, use.key) for use in uses or ())


def refresh_section(before: Before, one: SectionIn, district: District) -> After:
    """Refresh a section. Where its source says nothing of uses, they stay as they are."""
    lists = _carried(one.areas, district.section_areas, district.partial)
    complaints: tuple[str, ...] = ()
    if one.uses:
        complaints = _add_proved(lists, before.here(Area.CATEGORIES), one)
    matches = _match(before, lists, "section")
    uses = before.uses
    if one.uses is not None:
        categories = matches.get(Area.CATEGORIES, Matches(()))
        uses = merge(before.uses or {}, resolve(categories, one.uses), district.evidence)
    after = _settle(before, lists, matches, used_keys(uses), one.pushed)
    return after._replace(
        uses=uses,
        aliases=(*_given(before, one.aliases), *after.aliases),
        complaints=(*complaints, *after.complaints),
    )


def refresh_course(before: Before, one: CourseIn, district: District, used: UsedKeys) -> After:
    """Refresh a course; `used` is what its sections' uses name. Its number and name are course info too."""
    lists = _carried(one.areas, district.course_areas, district.partial)
    lists[Area.COURSE_INFO] = _with_mirrors(lists.get(Area.COURSE_INFO), one)
    matches = _match(before, lists, "course")
    after = _settle(before, lists, matches, used, one.pushed)
    return after._replace(aliases=(*_given(before, one.aliases), *after.aliases))


def _carried(areas: Mapping[Area, Incomings], carried: frozenset[Area], partial: frozenset[Area]) -> Lists:
    return {area: Listed(items, area not in partial) for area, items in areas.items() if area in carried}


def _with_mirrors(info: Listed | None, one: CourseIn) -> Listed:
    items, whole = info or Listed((), whole=False)
    mirrored = {"number": one.number, "name": one.name}
    marks = {item.key: item.mark for item in items if item.key in mirrored}
    rows = [item for item in items if item.key not in mirrored]
    rows += [Incoming(key, {"value": text}, mark=marks.get(key, "")) for key, text in mirrored.items()]
    return Listed(tuple(rows), whole)


def _add_proved(lists: Lists, here: Here, one: SectionIn) -> tuple[str, ...]:
    """Add the categories that only uses name; tells those that should have been listed."""
    listed = lists.get(Area.CATEGORIES, Listed((), whole=False))
    more, unknown = prove(here, listed.items, one.uses or {})
    if not more:
        if Area.CATEGORIES not in lists:
            lists[Area.CATEGORIES] = listed
        return ()
    lists[Area.CATEGORIES] = Listed((*listed.items, *more), listed.whole)
    names = sorted(str(item.key or item.fields["name"]) for item in more) if listed.whole else unknown
    return tuple(f'categories: "{name}" is not listed, but has uses; it was kept' for name in names)


def _match(before: Before, lists: Lists, stem: str) -> dict[Area, Matches]:
    return {area: match(area, before.here(area), listed.items, stem) for area, listed in lists.items()}


def _settle(
    before: Before,
    lists: Lists,
    matches: Mapping[Area, Matches],
    used: UsedKeys,
    pushed: Mapping[Area, Setup] | None,
) -> After:
    changes: dict[tuple[Area, Part], Setup] = {}
    aliases: list[tuple[Area, str, str]] = []
    complaints: list[str] = []
    counts = (0, 0, 0)
    for area, listed in lists.items():
        here = before.here(area)
        keys = frozenset(key for where, key in used if where is area)
        done = settle(area, here, matches[area], whole=listed.whole, new=before.new, used=keys)
        changes[area, Part.LINKED], changes[area, Part.OWN] = done.linked, done.own
        counts = (counts[0] + done.added, counts[1] + done.changed, counts[2] + done.gone)
        complaints += done.complaints
        if area is Area.CATEGORIES:
            aliases += _id_aliases(here, matches[area])
    if before.new and pushed:
        changes |= {(area, Part.PUSHED): value for area, value in pushed.items()}
    return After(before.holding.put(changes), None, tuple(aliases), *counts, tuple(complaints))


def _id_aliases(here: Here, matches: Matches) -> list[tuple[Area, str, str]]:
    found = []
    for row in matches.rows:
        source = ID_ALIAS + (row.incoming.source_id or "")
        if row.incoming.source_id and here.aliases.get(source) != row.key:
            found.append((Area.CATEGORIES, source, row.key))
    return found


def _given(before: Before, aliases: Mapping[Area, Mapping[str, str]]) -> list[tuple[Area, str, str]]:
    """The aliases of a native file, for a host that is new to the store."""
    if not before.new:
        return []
    return [(area, source, key) for area, names in aliases.items() for source, key in names.items()]
