"""This room links courses to masters, and unlinks them (domain.md 1, 7).

Linking writes nothing that a school could see: it says which master a course follows, and records what
already equals the master's as linked (row 8). Unlinking keeps what was pushed dormant; linking the same
master again revives it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from reconciler.address import Address
from reconciler.course import Area, DataType, Part, Rename, setup
from reconciler.current import Batch, CourseMove, Rekey, Rekeyed, SectionMove
from reconciler.keep.effect import Parts
from reconciler.keep.evidence import rekeyed
from reconciler.keep.names import name_of
from reconciler.plan.rekey import fitting, keys_of, rekey
from reconciler.plan.scope import Scope
from reconciler.plan.wanted import wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reconciler.course import Catalog, Holding, Item, Master
    from reconciler.current import CourseRecord, SectionRecord, Transaction
    from reconciler.plan.wanted import Wanted


class Wish(NamedTuple):
    """One course that shall be linked to one master; `place` is the row of a CSV that says so."""

    course: CourseRecord
    catalog: Catalog
    master: Master
    place: str = ""


class Refusal(NamedTuple):
    """A course (or a row of a CSV) that could not be linked, and why."""

    address: str
    why: str


@dataclass(slots=True)
class Linked:
    """What linking did: courses linked, items recorded as linked in them, refusals."""

    courses: int = 0
    revived: int = 0
    items: int = 0
    already: int = 0
    refused: list[Refusal] = field(default_factory=list)


def whole(catalog: Catalog, master: Master) -> Wanted:
    """All that a master's locks push: what linking looks at."""
    everything = Scope(0, "", (), data=frozenset(DataType), to_sections=True, cross_site=True)
    return wanted(catalog.name, master, catalog.locks, everything)


def record_equal(want: Wanted, holding: Holding) -> tuple[Holding, tuple[Rename, ...], int]:
    """Take own items that equal what the master wants as linked (row 8).

    Gives the holding, the categories that got the master's key, and how many items were recorded.
    """
    changes = {}
    renames: list[Rename] = []
    count = 0
    for area, listed in want.setups.items():
        pushed, linked, own = (dict(holding.get(area, part).by_key) for part in Part)
        parts = Parts(pushed, linked, own)
        for desired in listed:
            mine = _equal(area, desired, parts)
            if mine is not None:
                parts.put(mine.key, None, None, None)
                parts.put(desired.key, desired, desired, None)
                count += 1
                if mine.key != desired.key:
                    renames.append(Rename(area, mine.key, desired.key))
        for part, items in zip(Part, (parts.pushed, parts.linked, parts.own), strict=True):
            changes[area, part] = setup(items.values())
    return holding.put(changes), tuple(renames), count


def _equal(area: Area, desired: Item, parts: Parts) -> Item | None:
    """The own item that equals a desired one: of the same key, a category of the same name."""
    if desired.key in parts.linked or desired.key in parts.pushed:
        return None
    if area is not Area.CATEGORIES:
        one = parts.own.get(desired.key)
        return one if desired.same(one) else None
    same = [one for one in parts.own.values() if name_of(one) == name_of(desired) and desired.same(one)]
    return min(same, key=lambda one: one.key, default=None)


def dormant_items(holding: Holding) -> Holding:
    """Make what another master pushed the course's own, marked as linked once."""
    changes = {}
    for area in Area:
        linked = holding.get(area, Part.LINKED)
        if linked or holding.get(area, Part.PUSHED):
            own = [*holding.get(area, Part.OWN), *(one.mark(left=True) for one in linked)]
            changes[area, Part.OWN] = setup(own)
            changes[area, Part.LINKED] = changes[area, Part.PUSHED] = setup(())
    return holding.put(changes)


class Linking:
    """Links courses in one transaction and journals it under one run."""

    def __init__(self, tx: Transaction, run: int) -> None:
        """Nothing is written before `link`."""
        self.tx = tx
        self.run = run
        self.done = Linked()
        self._calendars = {one.id: one.name for one in tx.calendars()}
        self._asked: dict[int, tuple[str, str]] = {}
        self._known: dict[tuple[str, str, int, bool], tuple[Holding, tuple[Rename, ...], int]] = {}

    def link(self, wishes: Sequence[Wish]) -> Linked:
        """Link these courses; those that follow another master are refused, one message each."""
        going = [wish for wish in wishes if self._may(wish)]
        held = self.tx.holdings({wish.course.holding_id for wish in going})
        judged = [(wish, *self._judge(wish, held[wish.course.holding_id])) for wish in going]
        ids = self.tx.keep_holdings({after for _, after, _, _ in judged})
        renamed = {wish.course.id: renames for wish, _, renames, _ in judged if renames}
        sections = list(self.tx.section_records(_below(self.tx, renamed))) if renamed else []
        moves, rekeys = self._sections(sections, renamed)
        self.tx.carry(
            self.run,
            Batch(
                [_move(wish.course, ids[after]) for wish, after, _, _ in judged],
                moves,
                rekeys,
                rekeyed=_rekeyed(renamed, rekeys),
            ),
        )
        self.tx.put_courses(
            wish.course._replace(
                catalog=wish.catalog.name,
                master=wish.master.number,
                dormant=None,
                holding_id=ids[after],
            )
            for wish, after, _, _ in judged
        )
        self.done.courses += len(judged)
        self.done.items += sum(count for *_, count in judged)
        return self.done

    def _may(self, wish: Wish) -> bool:
        course = wish.course
        asked = (wish.catalog.name, wish.master.number)
        follows = (course.catalog, course.master) if course.master else self._asked.get(course.id)
        if follows is None:
            self._asked[course.id] = asked
            return True
        if follows == asked:
            self.done.already += 1
        else:
            why = f"it follows {follows[0]}/{follows[1]}; unlink it first"
            address = str(Address(course.number, calendar=self._calendars[course.calendar_id]))
            told = f"{wish.place}: {address}" if wish.place else address
            self.done.refused.append(Refusal(told, why))
        return False

    def _judge(self, wish: Wish, holding: Holding) -> tuple[Holding, tuple[Rename, ...], int]:
        """The holding after linking; each distinct case once."""
        numbers = (wish.master.number, wish.master.was)
        known = {dormant_name(wish.catalog.name, number) for number in numbers if number is not None}
        revived = wish.course.dormant in known
        self.done.revived += revived
        key = (wish.catalog.name, wish.master.number, wish.course.holding_id, revived)
        if key not in self._known:
            before = holding if revived else dormant_items(holding)
            self._known[key] = record_equal(whole(wish.catalog, wish.master), before)
        return self._known[key]

    def _sections(
        self, sections: Sequence[SectionRecord], renamed: dict[int, tuple[Rename, ...]]
    ) -> tuple[list[SectionMove], list[Rekey]]:
        """Give the sections' copies of a recorded category its new key, with their uses (row 8)."""
        held = self.tx.holdings({one.holding_id for one in sections})
        used = self.tx.used({one.used_id for one in sections if one.used_id is not None})
        fit = {one.id: fitting(renamed[one.course_id], held[one.holding_id]) for one in sections}
        after = {one.id: rekey(held[one.holding_id], keys_of(fit[one.id])) for one in sections}
        ids = self.tx.keep_holdings(set(after.values()))
        sets = {
            one.id: rekeyed(used[one.used_id], keys_of(fit[one.id]))
            for one in sections
            if one.used_id is not None
        }
        used_ids = self.tx.keep_used(set(sets.values()))
        moves = [
            SectionMove(
                one.id,
                one.course_id,
                one.holding_id,
                ids[after[one.id]],
                one.used_id,
                used_ids[sets[one.id]] if one.id in sets else None,
            )
            for one in sections
        ]
        rekeys = [Rekey(one.id, *each) for one in sections for each in fit[one.id]]
        return moves, rekeys


def dormant_name(catalog: str, number: str) -> str:
    """How an unlinked course remembers its master."""
    return f"{catalog}/{number}"


def unlink(tx: Transaction, courses: Iterable[CourseRecord]) -> int:
    """Unlink these courses; what was pushed stays dormant (domain.md 7). Gives how many were linked."""
    linked = [one for one in courses if one.master is not None]
    tx.put_courses(
        one._replace(catalog=None, master=None, dormant=dormant_name(one.catalog or "", one.master or ""))
        for one in linked
    )
    return len(linked)


def _move(course: CourseRecord, after: int) -> CourseMove:
    return CourseMove(course.id, course.holding_id, after, None, None, None)


def _rekeyed(courses: dict[int, tuple[Rename, ...]], sections: Iterable[Rekey]) -> list[Rekeyed]:
    """What got another key, for the journal."""
    above = [Rekeyed(False, course, *one) for course, renames in courses.items() for one in renames]
    return [*above, *(Rekeyed(True, *one) for one in sections)]


def _below(tx: Transaction, courses: Iterable[int]) -> list[int]:
    wanted_ids = set(courses)
    calendars = {one.calendar_id for one in tx.course_records(wanted_ids)}
    return [row.id for row in tx.sections(calendars) if row.course_id in wanted_ids]
