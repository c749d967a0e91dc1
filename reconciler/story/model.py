"""This room is the story as a value: everything that is told of one item, list, course or section."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import Counts
from reconciler.plan.outcome import QUIET

if TYPE_CHECKING:
    from reconciler.course import Area, Item, Origin
    from reconciler.current import Run

LINKED_LOCKED = "linked & locked"
LINKED_UNLOCKED = "linked & unlocked"
LINKED = "linked"
LOCAL = "local"
RESIDUAL = "residual"
DELETED = "deleted below"
AWAITING = "awaiting a push"
ABSENT = "not there"
STATES = (LINKED_LOCKED, LINKED_UNLOCKED, LINKED, LOCAL, RESIDUAL, DELETED, AWAITING, ABSENT)
"""What an item may be (domain.md 7), in the order in which they are counted.

`linked` alone: the catalogs were not read, so that nobody knows of its lock.
"""


class LockTold(NamedTuple):
    """The lock of an item: its `state` in the catalog (empty where unknown), whether it holds, and why.

    `holds` None: not known. `why` is a code of `locks.WHY`.
    """

    state: str
    holds: bool | None
    why: str


class Wish(NamedTuple):
    """What above wants of an item now. `known` False: `why` says why nobody can tell.

    `why` is a code of `scene.WHY`; empty where above says what it wants.
    """

    item: Item | None
    known: bool
    why: str = ""


class Layer(NamedTuple):
    """Who decided the value that is there: `master`, `setup NAME`, `course`, `teacher`, or `unknown`.

    `through`: at a section, that it came by its course. `earlier`: it was decided by what the layer said
    before; `origin` is where it stands in the YAML today.
    """

    name: str
    origin: Origin | None = None
    through: bool = False
    earlier: bool = False


class Step(NamedTuple):
    """One thing that the next push does with an item: the verdict's action and reason, and what comes of it.

    `push`: `masters` or `courses`, the push that does it. `by`: what refers to a kept item (R7).
    """

    push: str
    action: str
    reason: str
    after: Item | None = None
    held: tuple[str, ...] = ()
    by: tuple[str, ...] = ()


class Uses(NamedTuple):
    """What is used of an item in one term (0: in none), summed over sections."""

    term: int
    counts: Counts
    sections: int


@dataclass(frozen=True, slots=True)
class ItemStory:
    """One item of one course or section, and why it is as it is.

    `now`, `pushed`: the item as it is there and as it was last offered; `desired`: what above wants.
    `catalog`, `master`: what its course is linked to, else empty.
    `inherited`: at a section without a value of its own, the course's. `pushed_by`: the run in which the
    pushed item became what it is; `changed_by`: the one in which the present one did, where it differs.
    `unread`: sections whose uses were never read. `since`: the run that left a residual.
    """

    address: str
    on_section: bool
    catalog: str
    master: str
    area: Area
    key: str
    label: str
    state: str
    now: Item | None
    pushed: Item | None
    desired: Wish
    layer: Layer
    lock: LockTold
    inherited: Item | None = None
    pushed_by: Run | None = None
    changed_by: Run | None = None
    uses: tuple[Uses, ...] = ()
    unread: int = 0
    since: Run | None = None
    steps: tuple[Step, ...] = ()

    @property
    def drifted(self) -> bool:
        """Was what was pushed changed or deleted below?"""
        if self.pushed is None or self.state in (LOCAL, RESIDUAL):
            return False
        return not self.pushed.same(self.now)

    @property
    def awaiting(self) -> bool:
        """Does above want something else than was last pushed?"""
        wish = self.desired
        if not wish.known or wish.why:
            return False
        return wish.item is not self.pushed and not (wish.item and wish.item.same(self.pushed))

    @property
    def total(self) -> Counts:
        """The uses of all terms."""
        return Counts(
            *(sum(column) for column in zip(Counts(), *(one.counts for one in self.uses), strict=True))
        )


class AreaTold(NamedTuple):
    """One area of a host: its lock in a word, how many items are in each state, how many drifted or wait."""

    area: Area
    lock: str
    states: tuple[tuple[str, int], ...]
    drifted: int
    awaiting: int


@dataclass(frozen=True, slots=True)
class HostStory:
    """One course, section, or one list (`area`) of it.

    `state`: Linked, Course Controlled or Desynced (domain.md 7), empty where the catalogs were not read;
    `why` is a code of `locks.FOLLOWS`. `refused`: why the next push from masters fails for the course.
    """

    address: str
    is_section: bool
    title: str
    where: str
    teacher: str
    state: str
    why: str
    catalog: str
    master: str
    master_name: str
    origin: Origin | None
    areas: tuple[AreaTold, ...]
    items: tuple[ItemStory, ...]
    last_run: Run | None
    refused: str = ""
    sections: int = 0
    unread: int = 0
    area: Area | None = None

    @property
    def next(self) -> dict[tuple[str, str], int]:
        """(push, reason) -> how many items the next push touches, keeps or refuses for that reason."""
        steps = ((step.push, step.reason) for one in self.items for step in one.steps)
        return dict(sorted(Counter(step for step in steps if step[1] not in QUIET).items()))
