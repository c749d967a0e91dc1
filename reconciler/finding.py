"""This room finds what an address means in a state: a course, a section, an item of either.

`0401@Harrison High 2026-27/3#categories/Homework`. The calendar may be left out where only one calendar has
the course, and is written `School/Calendar` (the slash as %2F) where two schools have one of the same name.
A category may be called by its name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from reconciler.address import Address, parse
from reconciler.course import Area, Part
from reconciler.district import calendar_refs
from reconciler.errors import AddressAmbiguous, AddressUnknown, AddressWrong, suggestion
from reconciler.keep.names import name_of
from reconciler.plan.words import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reconciler.course import Calendar, Holding
    from reconciler.current import CourseRecord, SectionRecord, Snapshot


class Found(NamedTuple):
    """What an address means. `section` None: the course itself; `area` None: all of it; no `key`: its list.

    `holding` is that of the section, or of the course. `key` is an item's key, also where its name was said;
    an item that is not there keeps the text that was said.
    """

    course: CourseRecord
    calendar: Calendar
    section: SectionRecord | None
    holding: Holding
    area: Area | None = None
    key: str = ""

    @property
    def address(self) -> Address:
        """The full address."""
        number = self.section.number if self.section else ""
        area = self.area.value if self.area else ""
        return Address(self.course.number, "", self.calendar.name, number, area, self.key)


def find(snapshot: Snapshot, text: str) -> Found:
    """Find what an address means; raises AddressWrong, AddressUnknown, AddressAmbiguous.

    An item need not be there: what is not is found by its host and area.
    """
    address = _parsed(text)
    course, calendar = _course(snapshot, text, address)
    section = _section(snapshot, text, course, address.section) if address.section else None
    place = section.holding_id if section else course.holding_id
    holding = snapshot.holdings([place])[place]
    area = _area(text, address.area) if address.area else None
    key = _key(holding, area, address.key) if area else ""
    return Found(course, calendar, section, holding, area, key)


def find_item(snapshot: Snapshot, text: str) -> Found:
    """The same of an item that must be there; raises AddressUnknown with what is close."""
    found = find(snapshot, text)
    if found.area is None or not found.key:
        raise AddressWrong(text=text, why="it names no item (#area/key)")
    known = {one.key: name_of(one) for one in found.holding.here(found.area)}
    if found.key not in known:
        names = {*known, *known.values()} if found.area is Area.CATEGORIES else set(known)
        raise AddressUnknown(
            text=text, what=f'{KINDS[found.area]} "{found.key}"', hint=suggestion(found.key, names)
        )
    return found


def find_courses(snapshot: Snapshot, texts: Sequence[str]) -> tuple[tuple[CourseRecord, Calendar], ...]:
    """The courses of several addresses, each once; raises what `find` raises, and AddressWrong for more."""
    found: dict[int, tuple[CourseRecord, Calendar]] = {}
    for text in texts:
        address = _parsed(text)
        if address.section or address.area:
            raise AddressWrong(text=text, why="a course is meant, written NUMBER@CALENDAR")
        course, calendar = _course(snapshot, text, address)
        found[course.id] = (course, calendar)
    return tuple(found.values())


def _parsed(text: str) -> Address:
    try:
        return parse(text)
    except ValueError:
        raise AddressWrong(text=text, why="it names no course") from None


def _course(snapshot: Snapshot, text: str, address: Address) -> tuple[CourseRecord, Calendar]:
    calendars = {one.id: one for one in snapshot.calendars()}
    refs = calendar_refs((one.school, one.name) for one in calendars.values())
    meant = {
        one.id
        for one in calendars.values()
        if address.calendar in ("", one.name, refs[one.school, one.name], f"{one.school}/{one.name}")
    }
    if not meant:
        names = {refs[one.school, one.name] for one in calendars.values()}
        hint = suggestion(address.calendar, names)
        raise AddressUnknown(text=text, what=f'calendar "{address.calendar}"', hint=hint)
    courses = _courses(snapshot, meant)
    found = [one for one in courses if one.number == address.number]
    if not found:
        hint = suggestion(address.number, {one.number for one in courses})
        raise AddressUnknown(text=text, what=f'course "{address.number}"', hint=hint)
    if len(found) > 1:
        places = sorted(
            str(Address(one.number, calendar=_ref(calendars[one.calendar_id], refs))) for one in found
        )
        raise AddressAmbiguous(text=text, count=len(found), places=", ".join(places[:5]))
    return found[0], calendars[found[0].calendar_id]


def _ref(calendar: Calendar, refs: dict[tuple[str, str], str]) -> str:
    return refs[calendar.school, calendar.name]


def _courses(snapshot: Snapshot, calendars: Iterable[int]) -> list[CourseRecord]:
    ids = [row.id for row in snapshot.courses(sorted(calendars))]
    return list(snapshot.course_records(ids)) if ids else []


def _section(snapshot: Snapshot, text: str, course: CourseRecord, number: str) -> SectionRecord:
    ids = [row.id for row in snapshot.sections([course.calendar_id]) if row.course_id == course.id]
    sections = list(snapshot.section_records(ids)) if ids else []
    found = [one for one in sections if one.number == number]
    if not found:
        hint = suggestion(number, {one.number for one in sections})
        raise AddressUnknown(text=text, what=f'section "{number}" of {course.number}', hint=hint)
    if len(found) > 1:
        raise AddressAmbiguous(text=text, count=len(found), places=f"several sections {number}")
    return found[0]


def _area(text: str, name: str) -> Area:
    try:
        return Area(name)
    except ValueError:
        hint = suggestion(name, [one.value for one in Area])
        raise AddressUnknown(text=text, what=f'area "{name}"', hint=hint) from None


def _key(holding: Holding, area: Area, said: str) -> str:
    """The key of what was said: a key that is there or was pushed, else the only category of that name."""
    keys = {one.key for part in Part for one in holding.get(area, part)}
    if said in keys or area is not Area.CATEGORIES:
        return said
    named = [one.key for one in holding.here(area) if name_of(one) == said]
    return named[0] if len(named) == 1 else said
