"""This room is the report of a refresh: what was read, what it did, and what could not be used and why."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.district import Complaint
    from reconciler.refresh.not_taken import NotTaken, Taken

_SHOWN = 20
_LOST = 10
"""How many changes of a run that did not arrive are shown without -v."""


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
    """What one refresh did. `read`: what its source holds, in the source's own words.

    `not_taken`: runs that the source has not taken, newest first; `taken`: runs that it had not, and now has.
    """

    source: str
    run: int = 0
    read: Mapping[str, int] = field(default_factory=dict)
    calendars: Tally = Tally()
    courses: Tally = Tally()
    sections: Tally = Tally()
    items: ItemTally = ItemTally()
    complaints: tuple[Complaint, ...] = ()
    not_taken: tuple[NotTaken, ...] = ()
    taken: tuple[Taken, ...] = ()

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
            "not_taken": [_not_taken(one) for one in self.not_taken],
            "taken": [one._asdict() for one in self.taken],
            "complaints": [{"place": str(one.place), "reason": one.reason} for one in self.complaints],
        }
        return json.dumps(report, ensure_ascii=False, indent=2)

    def as_text(self, *, verbose: bool = False) -> str:
        """The report for people; zero counts are left out, long lists of complaints folded."""
        told = (*self._summary(), *self._not_taken(verbose=verbose), *self._complaints(verbose=verbose))
        return "\n".join(told) + "\n"

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

    def _not_taken(self, *, verbose: bool) -> Iterator[str]:
        for run in self.taken:
            yield f"Run {run.run} has arrived: it was not taken before."
        for one in self.not_taken:
            yield f"Not taken: {one}."
            shown = one.changes if verbose else one.changes[:_LOST]
            yield from (f"  {lost}" for lost in shown)
            if len(shown) < len(one.changes):
                yield f"  and {len(one.changes) - len(shown):,} more (-v lists them all)"
        if self.not_taken:
            yield "What was not taken is as before the run again, and the next plan shows it as pending."
        yield from (one.remedy for one in self.not_taken)

    def _complaints(self, *, verbose: bool) -> Iterator[str]:
        if not self.complaints:
            return
        yield f"{len(self.complaints):,} could not be used as they are:"
        shown = self.complaints if verbose else self.complaints[:_SHOWN]
        for one in shown:
            yield f"  {one.place}: {one.reason}"
        if len(shown) < len(self.complaints):
            yield f"  and {len(self.complaints) - len(shown):,} more (-v lists them all)"


def _not_taken(one: NotTaken) -> dict[str, object]:
    changes = [lost._asdict() for lost in one.changes]
    return {**one._asdict(), "changes": changes, "remedy": one.remedy}


def _words(tally: Tally | ItemTally) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in tally._asdict().items() if count)
