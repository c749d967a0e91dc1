"""This room refreshes one course or section: every area that its source lists, and its uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import Area, Holding, Part
from reconciler.district import Incoming
from reconciler.refresh.back import NOTHING, Back, Judged, base, judge, keys_back, stranded
from reconciler.refresh.evidence import Uses, merge, prove, resolve, texts_of
from reconciler.refresh.match import ID_ALIAS, Here, Matches, match
from reconciler.refresh.settle import settle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from reconciler.course import Setup
    from reconciler.district import CourseIn, District, Incomings, SectionIn
    from reconciler.refresh.journal import Way
    from reconciler.refresh.pool import Pool

Aliases = dict[Area, dict[str, str]]
HostAliases = dict[tuple[bool, int], Aliases]
"""By (is it a section, its id)."""
UsedKeys = frozenset[tuple[Area, str]]
NO_HOLDING = Holding()
NO_ALIASES: Aliases = {}


class Before(NamedTuple):
    """A host as the store has it. `uses` None: never read, or a course."""

    holding: Holding = NO_HOLDING
    aliases: Aliases = NO_ALIASES
    uses: Uses | None = None
    new: bool = True

    def here(self, area: Area) -> Here:
        """One area of it."""
        get = self.holding.get
        aliases = self.aliases.get(area, {})
        return Here(
            get(area, Part.PUSHED), get(area, Part.LINKED), get(area, Part.OWN), aliases, self.graded(area)
        )

    def graded(self, area: Area) -> frozenset[str]:
        """The items that the source calls by another name and that have evidence (unread uses count)."""
        aliased = frozenset(self.aliases.get(area, {}).values())
        if not aliased or self.new:
            return frozenset()
        return aliased if self.uses is None else aliased & {key for _, key in used_keys(self.uses)}


class Past(NamedTuple):
    """How a host came to what it has; asked only where something changes."""

    way: Callable[[], Way]
    renames: Callable[[int], Sequence[tuple[Area, str, str]]]
    """By run: (area, old key, new key)."""
    above: frozenset[int] = frozenset()
    """The runs before which a section's course goes back."""


NO_PAST = Past(lambda: (), lambda _run: ())


class After(NamedTuple):
    """A host as it is now. `uses` as in Before; `aliases` are the new ones alone.

    `back`: how it went back, where the source had not taken what a run did.
    """

    holding: Holding
    uses: Uses | None
    aliases: tuple[tuple[Area, str, str], ...] = ()
    added: int = 0
    changed: int = 0
    gone: int = 0
    complaints: tuple[str, ...] = ()
    back: Back | None = None


class Listed(NamedTuple):
    """What came for one area; `whole`: an item that is not in it is gone."""

    items: Incomings
    whole: bool


Lists = dict[Area, Listed]


class _Case(NamedTuple):
    """Hosts that the store has alike and that came alike: matched once."""

    lists: Lists
    matches: Mapping[Area, Matches]
    texts: Mapping[str, str]
    missing: UsedKeys
    """Items that did not come: whether they are used decides what becomes of them."""
    outcomes: dict[tuple[int, UsedKeys], After]


def used_keys(uses: Uses | None) -> UsedKeys:
    """What has evidence, whatever the term."""
    return frozenset((use.area, use.key) for use in uses or ())


class Hosts:
    """Refreshes hosts of one district; cases that are alike are worked out once.

    Lists, holdings and aliases are known by their `id()`: the district and the pool keep them alive.
    """

    def __init__(self, district: District, pool: Pool) -> None:
        """Start with no case known."""
        self.district, self.pool = district, pool
        self._cases: dict[tuple[object, ...], _Case] = {}
        self._mirrors: dict[tuple[object, ...], Listed] = {}
        self._judged: dict[tuple[object, ...], Judged] = {}

    def section(self, before: Before, one: SectionIn, past: Past = NO_PAST) -> After:
        """Refresh a section. Where its source says nothing of uses, they stay as they are."""
        lists = self._carried(one.areas, self.district.section_areas)
        after = self._section(before, one, lists)
        return self._back(before, after, lists, lambda was: self._section(was, one, lists), past=past)

    def _section(self, before: Before, one: SectionIn, lists: Lists) -> After:
        case = self._case(before, lists, "section")
        complaints: tuple[str, ...] = ()
        uses = before.uses
        if one.uses is not None:
            more, unknown = prove(before.here(Area.CATEGORIES), case.texts.keys(), one.uses)
            if more:
                listed = lists.get(Area.CATEGORIES, Listed((), whole=False))
                complaints = _unlisted(more, unknown, whole=listed.whole)
                case = _new_case(
                    before, lists | {Area.CATEGORIES: Listed((*listed.items, *more), listed.whole)}, "section"
                )
            uses = merge(before.uses or {}, resolve(case.texts, one.uses), self.district.evidence)
        after = self._outcome(before, case, used_keys(uses), one.pushed)
        return after._replace(
            uses=uses,
            aliases=(*_given(before, one.aliases), *after.aliases),
            complaints=(*complaints, *after.complaints),
        )

    def course(self, before: Before, one: CourseIn, used: UsedKeys, past: Past = NO_PAST) -> After:
        """Refresh a course; `used` is what its sections' uses name. Number and name are course info too."""
        lists = self._carried(one.areas, self.district.course_areas)
        info = lists.get(Area.COURSE_INFO, Listed((), whole=False))
        mark = (id(info.items) if info.items else 0, info.whole, one.number, one.name)
        if mark not in self._mirrors:
            self._mirrors[mark] = _with_mirrors(info, one)
        lists[Area.COURSE_INFO] = self._mirrors[mark]

        def course(before: Before) -> After:
            """The course, if it was so before."""
            after = self._outcome(before, self._case(before, lists, "course"), used, one.pushed)
            return after._replace(aliases=(*_given(before, one.aliases), *after.aliases))

        return self._back(before, course(before), lists, course, past=past, used=used)

    def _back(
        self,
        before: Before,
        after: After,
        lists: Lists,
        again: Callable[[Before], After],
        *,
        past: Past,
        used: UsedKeys | None = None,
    ) -> After:
        """The same from what the host had before a run, where its source has not taken that run.

        `used`: what counts as used in a course; in a section its uses tell.
        """
        same = after.holding is before.holding and not past.above
        way = () if before.new or same else past.way()
        stem = "section" if used is None else "course"
        judged = self._judge(before, lists, way, stem, past.above) if way else NOTHING
        areas = judged.areas
        holdings = [step.before for step in way]
        while areas.keys() & judged.shown:
            keys = keys_back((past.renames(step.run) for step in way[: max(areas.values()) + 1]), areas)
            was = base(before, areas, holdings, keys)
            was = was._replace(holding=self.pool.keep(was.holding))
            then = again(was)
            evidence = used_keys(then.uses) if used is None else used
            lost = set(stranded(before, was, then.holding, areas, evidence))
            if not lost:
                return then._replace(back=Back(way, areas, keys))
            areas = {area: place for area, place in areas.items() if area not in lost}
        return after

    def _judge(self, before: Before, lists: Lists, way: Way, stem: str, above: frozenset[int]) -> Judged:
        """Judge each distinct case once."""
        steps = [step.before for step in way]
        least = max((place for place, step in enumerate(way) if step.run in above), default=-1)
        mark = (*_mark(before, lists, stem), least, *(id(holding) for holding in steps))
        if mark not in self._judged:
            self._judged[mark] = judge(before, lists, steps, stem, least)
        return self._judged[mark]

    def _carried(self, areas: Mapping[Area, Incomings], carried: frozenset[Area]) -> Lists:
        partial = self.district.partial
        return {area: Listed(items, area not in partial) for area, items in areas.items() if area in carried}

    def _case(self, before: Before, lists: Lists, stem: str) -> _Case:
        mark = _mark(before, lists, stem)
        case = self._cases.get(mark)
        if case is None:
            case = self._cases[mark] = _new_case(before, lists, stem)
        return case

    def _outcome(
        self, before: Before, case: _Case, used: UsedKeys, pushed: Mapping[Area, Setup] | None
    ) -> After:
        offered = pushed if before.new and pushed else {}
        mark = (id(pushed) if offered else 0, used & case.missing)
        after = case.outcomes.get(mark)
        if after is None:
            after = _settle(before, case, mark[1])
            holding = after.holding.put({(area, Part.PUSHED): value for area, value in offered.items()})
            after = case.outcomes[mark] = after._replace(holding=self.pool.keep(holding))
        return after


def _mark(before: Before, lists: Lists, stem: str) -> tuple[object, ...]:
    """By what hosts are known that the store has alike and that came alike."""
    host = (stem, id(before.holding), id(before.aliases), before.new, before.graded(Area.CATEGORIES))
    return (*host, *((area, id(listed.items), listed.whole) for area, listed in lists.items()))


def _new_case(before: Before, lists: Lists, stem: str) -> _Case:
    matches = {area: match(area, before.here(area), listed.items, stem) for area, listed in lists.items()}
    came = {(area, row.key) for area, found in matches.items() for row in found.rows}
    present = {
        (area, one.key) for area, listed in lists.items() if listed.whole for one in before.holding.here(area)
    }
    texts = texts_of(matches.get(Area.CATEGORIES, Matches(())))
    return _Case(lists, matches, texts, frozenset(present - came), {})


def _with_mirrors(info: Listed, one: CourseIn) -> Listed:
    mirrored = {"number": one.number, "name": one.name}
    marks = {item.key: item.mark for item in info.items if item.key in mirrored}
    rows = [item for item in info.items if item.key not in mirrored]
    rows += [Incoming(key, {"value": text}, mark=marks.get(key, "")) for key, text in mirrored.items()]
    return Listed(tuple(rows), info.whole)


def _unlisted(more: Incomings, unknown: tuple[str, ...], *, whole: bool) -> tuple[str, ...]:
    """Tells of categories that should have been listed: where the list is whole all, else unknown ones."""
    names = sorted(str(item.key or item.fields["name"]) for item in more) if whole else unknown
    return tuple(f'categories: "{name}" is not listed, but has uses; it was kept' for name in names)


def _settle(before: Before, case: _Case, used: UsedKeys) -> After:
    changes: dict[tuple[Area, Part], Setup] = {}
    complaints: list[str] = []
    counts = (0, 0, 0)
    for area, listed in case.lists.items():
        here = before.here(area)
        keys = frozenset(key for where, key in used if where is area)
        done = settle(area, here, case.matches[area], whole=listed.whole, new=before.new, used=keys)
        changes[area, Part.LINKED], changes[area, Part.OWN] = done.linked, done.own
        counts = (counts[0] + done.added, counts[1] + done.changed, counts[2] + done.gone)
        complaints += done.complaints
    aliases = _id_aliases(before.here(Area.CATEGORIES), case.matches.get(Area.CATEGORIES, Matches(())))
    return After(before.holding.put(changes), None, aliases, *counts, tuple(complaints))


def _id_aliases(here: Here, matches: Matches) -> tuple[tuple[Area, str, str], ...]:
    return tuple(
        (Area.CATEGORIES, ID_ALIAS + row.incoming.source_id, row.key)
        for row in matches.rows
        if row.incoming.source_id and here.aliases.get(ID_ALIAS + row.incoming.source_id) != row.key
    )


def _given(before: Before, aliases: Mapping[Area, Mapping[str, str]]) -> list[tuple[Area, str, str]]:
    """The aliases of a native file, for a host that is new to the store."""
    if not before.new:
        return []
    return [(area, source, key) for area, names in aliases.items() for source, key in names.items()]
