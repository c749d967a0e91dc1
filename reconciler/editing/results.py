"""This room holds what an edit or a record of uses did, for people's words and for machines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.course import Counts, Use
    from reconciler.editing.steps import Steps

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Edited:
    """What an edit did. `run` 0: nothing was to be done, so nothing is in the journal.

    `address`: what was edited, as it is called afterwards. `linked`: it came from above, so that it may now
    differ from what was pushed. `cleared`: a residual is gone with it.
    """

    run: int
    address: str
    steps: Steps
    linked: bool = False
    cleared: bool = False

    def as_json(self) -> Json:
        """For machines: every item before and after, `null` where it is not there."""
        rows = [
            {
                "area": one.area.value,
                "key": one.key,
                "before": None if one.before is None else dict(one.before.fields),
                "after": None if one.after is None else dict(one.after.fields),
            }
            for one in self.steps
        ]
        told: Json = {"run": self.run, "address": self.address, "items": rows}
        return told | {"linked": self.linked, "cleared": self.cleared}


@dataclass(frozen=True, slots=True)
class Marked:
    """What became of a course's Ignore Master Push; `run` 0: it was so already."""

    run: int
    address: str
    ignored: bool

    def as_json(self) -> Json:
        """For machines."""
        return {"run": self.run, "address": self.address, "ignored": self.ignored}


@dataclass(frozen=True, slots=True)
class Used:
    """What a record of uses did: the uses of the section that changed, each before and after.

    `names`: what the item of each is called.
    """

    run: int
    address: str
    changed: tuple[tuple[Use, Counts, Counts], ...]
    names: tuple[str, ...]

    def as_json(self) -> Json:
        """For machines: each use that changed, with its counts before and after."""
        rows = [
            {**use._asdict(), "name": name, "before": before._asdict(), "after": after._asdict()}
            for (use, before, after), name in zip(self.changed, self.names, strict=True)
        ]
        return {"run": self.run, "address": self.address, "uses": rows}
