"""This room drafts masters: the most common setup of each list, and who says otherwise."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from reconciler.adopting.voices import LISTED, Said, Voices, nothing
from reconciler.adopting.writable import clean, field_fits, fits
from reconciler.course import EDITABLE_FIELDS, REACHES_SECTIONS, Area, Setup, encode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from reconciler.adopting.gather import Gathered
    from reconciler.course import Value
    from reconciler.current import CourseRecord

SCHOOLS_OWN = EDITABLE_FIELDS | {"max_students"}
"""Fields that schools set for themselves: a master names them only where all agree."""
MIRRORED = ("number", "name", "active")
"""The fields that every master has."""
Key = tuple[Area, str]
T = TypeVar("T")


class Apart(NamedTuple):
    """How many say something else than the master: hosts, of how many, at how many schools, how many ways."""

    hosts: int = 0
    of: int = 0
    schools: int = 0
    ways: int = 0


class Choice(NamedTuple):
    """One list of one master. `below`: courses say nothing, so their sections were asked.

    `apart` by area; `whole` over all areas of the list. `lost`: keys of what a catalog can't say.
    """

    said: Said
    whole: Apart
    apart: Mapping[Area, Apart]
    lost: tuple[str, ...] = ()
    below: bool = False


class Chosen(NamedTuple):
    """One field of one master. `apart`: courses with another value; `silent`: how many have none."""

    value: Value
    apart: Apart
    silent: int = 0


@dataclass(slots=True)
class Draft:
    """One master as drafted, with the courses that it stands for. `terms`: calendar terms -> courses."""

    number: str
    name: str
    courses: list[CourseRecord]
    schools: int
    terms: Counter[int]
    lists: dict[str, Choice] = field(default_factory=dict)
    fields: dict[Key, Chosen] = field(default_factory=dict)

    @property
    def active(self) -> bool:
        """Is it in use (P3)?"""
        return self.fields[Area.COURSE_INFO, "active"].value is not False

    def setups(self) -> Iterator[tuple[Area, Setup]]:
        """Its lists by area."""
        for name, choice in self.lists.items():
            yield from zip(LISTED[name], choice.said, strict=True)


class Drafting:
    """Drafts a master for each number."""

    def __init__(self, found: Gathered) -> None:
        """Start with nothing read."""
        self.found = found
        self.voices = Voices(found.holdings)
        self._clean: dict[tuple[str, Said], tuple[Said, tuple[str, ...]]] = {}
        self._fields: dict[tuple[Area, int], dict[str, Value]] = {}

    def drafts(self) -> list[Draft]:
        """All masters, by number; groups without a usable name are left out."""
        made = [self._draft(number, group) for number, group in sorted(self.found.groups.items())]
        return [one for one in made if one is not None]

    def _draft(self, number: str, group: list[CourseRecord]) -> Draft | None:
        named = Counter(one.name for one in group if fits(one.name))
        if not named:
            self.found.leave(group, "its name can't be a master's (empty, spaces at its edges, `<`)")
            return None
        name = min(named, key=lambda one: (-named[one], one))
        schools = len({self.found.school(one) for one in group})
        lengths = Counter(len(self.found.chosen[one.calendar_id].terms) for one in group)
        draft = Draft(number, name, group, schools, lengths)
        draft.lists = {one: self._list(one, group) for one in LISTED}
        mirrored: dict[str, Value] = {"number": number, "name": name}
        for area in (Area.COURSE_INFO, Area.CROSS_SITE):
            draft.fields |= self._chosen(area, group, mirrored if area is Area.COURSE_INFO else {})
        return draft

    # --- lists

    def _list(self, name: str, group: list[CourseRecord]) -> Choice:
        piles = _piles(group, lambda one: self.voices.said(one.holding_id, name))
        if len(piles) > 1 or not nothing(next(iter(piles))) or LISTED[name][0] not in REACHES_SECTIONS:
            return self._vote(name, piles)
        below = [
            one._replace(holding_id=holding) for one in group for holding in self.found.below.get(one.id, ())
        ]
        heard = _piles(below, lambda one: self.voices.said(one.holding_id, name))
        asked = self._vote(name, heard) if heard else None
        if asked is None or nothing(asked.said):
            return self._vote(name, piles)
        return asked._replace(below=True)

    def _vote(self, name: str, piles: Mapping[Said, list[CourseRecord]]) -> Choice:
        """The most common; of several the one of the newest year, then the first by its text."""
        most = max(map(len, piles.values()))
        winner = min(
            (said for said, courses in piles.items() if len(courses) == most),
            key=lambda said: (-self._newest(piles[said]), _text(said)),
        )
        if (name, winner) not in self._clean:
            self._clean[name, winner] = clean(name, winner)
        said, lost = self._clean[name, winner]
        apart = {
            area: self._apart(piles, lambda one, place=place: one[place] == said[place])  # type: ignore[misc]
            for place, area in enumerate(LISTED[name])
        }
        return Choice(said, self._apart(piles, lambda one: one == said), apart, lost)

    def _newest(self, courses: Iterable[CourseRecord]) -> int:
        return max(self.found.calendars[one.calendar_id].year for one in courses)

    def _apart(self, piles: Mapping[T, list[CourseRecord]], same: Callable[[T], bool]) -> Apart:
        others = [courses for said, courses in piles.items() if not same(said)]
        schools = {self.found.school(one) for courses in others for one in courses}
        hosts, of = sum(map(len, others)), sum(map(len, piles.values()))
        return Apart(hosts, of, len(schools), len(others))

    # --- fields

    def fields(self, area: Area, holding_id: int) -> dict[str, Value]:
        """What the hosts with this holding say of a field area; a field without a value is not there."""
        listed = self.voices.setup(holding_id, area)
        key = (area, id(listed))
        if key not in self._fields:
            self._fields[key] = {
                one.key: one.get("value") for one in listed if one.get("value") is not None and not one.kept
            }
        return self._fields[key]

    def _chosen(
        self, area: Area, group: list[CourseRecord], mirrored: Mapping[str, Value]
    ) -> Iterator[tuple[Key, Chosen]]:
        told = _piles(group, lambda one: id(self.fields(area, one.holding_id)))
        alike = [(self.fields(area, courses[0].holding_id), courses) for courses in told.values()]
        keys = {key for values, _ in alike for key in values}
        for key in sorted(keys | ({*MIRRORED} if area is Area.COURSE_INFO else set())):
            found = self._field(area, key, alike, mirrored.get(key))
            if found is not None:
                yield (area, key), found

    def _field(
        self,
        area: Area,
        key: str,
        alike: list[tuple[dict[str, Value], list[CourseRecord]]],
        given: Value,
    ) -> Chosen | None:
        piles: dict[Value, list[CourseRecord]] = {}
        for values, courses in alike:
            piles.setdefault(values.get(key), []).extend(courses)
        told = [one for one in piles if one is not None and _sayable(area, key, one)]
        fallback: Value = True if key == "active" and area is Area.COURSE_INFO else None
        best = min(
            told, key=lambda one: (-len(piles[one]), -self._newest(piles[one]), str(one)), default=fallback
        )
        value = best if given is None else given
        if value is None:
            return None
        silent = len(piles.pop(None, ()))
        apart = self._apart(piles, lambda one: one == value)
        if (apart.hosts or silent) and area is Area.COURSE_INFO and key in SCHOOLS_OWN:
            return None
        return Chosen(value, apart._replace(of=apart.of + silent), silent)


def _sayable(area: Area, key: str, value: Value) -> bool:
    return field_fits(key, value) if area is Area.COURSE_INFO else fits(key)


def _piles(group: Iterable[CourseRecord], said: Callable[[CourseRecord], T]) -> dict[T, list[CourseRecord]]:
    piles: dict[T, list[CourseRecord]] = {}
    for one in group:
        piles.setdefault(said(one), []).append(one)
    return piles


def _text(said: Said) -> str:
    return "\n".join(encode(one) for one in said)


def listed_areas(drafts: Iterable[Draft]) -> frozenset[Area]:
    """The areas of which any master has anything: of the others nothing is known."""
    return frozenset(area for draft in drafts for area, one in draft.setups() if one)
