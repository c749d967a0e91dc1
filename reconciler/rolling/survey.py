"""This room reads a calendar as it is to be copied: courses, sections, aliases, each with its new setup."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.course import Holding, digest
from reconciler.rolling.carried import Carried, carried

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reconciler.course import Calendar, Ref
    from reconciler.current import Alias, CourseRecord, SectionRecord, Snapshot


@dataclass(slots=True)
class Copies:
    """What a calendar has to be copied, and what its hosts will hold."""

    courses: list[CourseRecord]
    sections: list[SectionRecord]
    aliases: list[Alias]
    held: dict[tuple[int, frozenset[Ref]], Carried] = field(default_factory=dict)
    holdings: dict[int, Holding] = field(default_factory=dict)

    def of_course(self, one: CourseRecord) -> Carried:
        """What a course has in the new year."""
        return self._of(one.holding_id, frozenset())

    def of_section(self, one: SectionRecord, above: Carried) -> Carried:
        """What a section has in the new year."""
        return self._of(one.holding_id, above.gone)

    def _of(self, holding: int, above: frozenset[Ref]) -> Carried:
        if (holding, above) not in self.held:
            self.held[holding, above] = carried(self.holdings[holding], above)
        return self.held[holding, above]

    @property
    def state(self) -> str:
        """The digest of what is copied: another one, and the plan is stale."""
        told = [self.courses, [one[:7] for one in self.sections], self.aliases]
        return digest(json.dumps(told, ensure_ascii=False, separators=(",", ":")))


def aliases_of(snapshot: Snapshot) -> dict[int, list[Alias]]:
    """The aliases of courses, by course."""
    found: dict[int, list[Alias]] = {}
    for one in snapshot.aliases():
        if not one.on_section:
            found.setdefault(one.host_id, []).append(one)
    return found


def copies_of(
    snapshot: Snapshot, calendar: Calendar, aliases: Mapping[int, list[Alias]], *, with_sections: bool
) -> Copies:
    """Read a calendar; without sections they are left out."""
    ids = [row.id for row in snapshot.courses([calendar.id])]
    courses = list(snapshot.course_records(ids)) if ids else []
    sections: Sequence[SectionRecord] = ()
    if with_sections:
        inside = [row.id for row in snapshot.sections([calendar.id])]
        sections = list(snapshot.section_records(inside)) if inside else []
    done = Copies(courses, list(sections), sorted(one for place in ids for one in aliases.get(place, ())))
    held = {one.holding_id for one in courses} | {one.holding_id for one in sections}
    done.holdings = snapshot.holdings(held)
    return done
