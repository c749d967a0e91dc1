"""This room is the report of a refresh: what was read, what it did, and what could not be used and why."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.district import Complaint

_SHOWN = 20


class Tally(NamedTuple):
    """How many hosts of one kind were what. `absent`: not in the source, and left; `kept`: not pruned."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    absent: int = 0
    removed: int = 0
    kept: int = 0


class ItemTally(NamedTuple):
    """How many items of hosts that the store had were new, changed, gone; items of new hosts are `added`."""

    added: int = 0
    changed: int = 0
    gone: int = 0


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What one refresh did. `read`: what its source holds, in the source's own words."""

    source: str
    run: int = 0
    read: Mapping[str, int] = field(default_factory=dict)
    calendars: Tally = Tally()
    courses: Tally = Tally()
    sections: Tally = Tally()
    items: ItemTally = ItemTally()
    complaints: tuple[Complaint, ...] = ()

    @property
    def changed(self) -> bool:
        """Is anything in the store another than before?"""
        return any(
            (tally.added, tally.updated, tally.removed) != (0, 0, 0)
            for tally in (self.calendars, self.courses, self.sections)
        )

    def as_json(self) -> str:
        """The report for machines; keys in a fixed order."""
        report = {
            "source": self.source,
            "run": self.run,
            "read": dict(self.read),
            "calendars": self.calendars._asdict(),
            "courses": self.courses._asdict(),
            "sections": self.sections._asdict(),
            "items": self.items._asdict(),
            "complaints": [{"place": str(one.place), "reason": one.reason} for one in self.complaints],
        }
        return json.dumps(report, ensure_ascii=False, indent=2)

    def as_text(self, *, verbose: bool = False) -> str:
        """The report for people; zero counts are left out, long lists of complaints folded."""
        return "\n".join([*self._summary(), *self._complaints(verbose=verbose)]) + "\n"

    def _summary(self) -> Iterator[str]:
        if self.read:
            counted = ", ".join(f"{count:,} {name}" for name, count in self.read.items() if count)
            yield f"Read {self.source}: {counted or 'nothing'}"
        for name in ("calendars", "courses", "sections", "items"):
            words = _words(getattr(self, name))
            if words:
                yield f"{name.capitalize()}: {words}"
        if not self.changed:
            yield "Nothing has changed."
        if self.courses.absent or self.sections.absent:
            yield "What the source does not have was left; `--prune` removes it, unless it has grades."

    def _complaints(self, *, verbose: bool) -> Iterator[str]:
        if not self.complaints:
            return
        yield f"{len(self.complaints):,} could not be used as they are:"
        shown = self.complaints if verbose else self.complaints[:_SHOWN]
        for one in shown:
            yield f"  {one.place}: {one.reason}"
        if len(shown) < len(self.complaints):
            yield f"  and {len(self.complaints) - len(shown):,} more (-v lists them all)"


def _words(tally: Tally | ItemTally) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in tally._asdict().items() if count)
