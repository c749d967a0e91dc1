"""This room is what `reconcile.yaml` says, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

RIGHTS = ("push", "to_sections", "overwrite", "edit", "report")
"""What a person may be allowed to do (domain.md 11)."""
EVERYBODY = "*"
FLOOR = 10
"""So many items may always change, unless a threshold says otherwise."""


class Finding(NamedTuple):
    """What policy says of a plan; `how`: what lifts or settles it.

    `refuses`: the plan is not carried out. `early`: it lies in the plan itself, so that `reconcile plan`
    refuses too, and does not save it.
    """

    code: str
    message: str
    refuses: bool
    how: str
    early: bool = False

    def __str__(self) -> str:
        """`refused: ...` or `warning: ...`."""
        return f"{'refused' if self.refuses else 'warning'}: {self.message}"

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return self.how


@dataclass(frozen=True, slots=True)
class Right:
    """One entry of `rights:`: who may do what, where, in which years (no years: in all)."""

    people: frozenset[str]
    groups: tuple[str, ...]
    may: frozenset[str]
    schools: tuple[str, ...] = (EVERYBODY,)
    years: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Threshold:
    """How many items of an area at a school may change: at most so many percent, and so many."""

    percent: Decimal | None = None
    count: int | None = None
    floor: int = FLOOR


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The thresholds of a plan; None where there is none."""

    updates: Threshold | None = None
    deletes: Threshold | None = None


@dataclass(frozen=True, slots=True)
class Sessions:
    """What W1 and W5 do in a running term: `warn`, `ask` or `refuse`.

    An empty `overwrite` asks for --allow-in-session alone (domain.md 8).
    """

    overwrite: str = ""
    grade_affecting: str = "warn"


@dataclass(frozen=True, slots=True)
class Span:
    """A span of time: days of the week (0 is Monday), minutes of the day, dates (ISO 8601); all must hold.

    A span whose `end` is not behind its `start` goes on into the next day.
    """

    days: frozenset[int] = frozenset(range(7))
    start: int = 0
    end: int = 24 * 60
    first: str = ""
    last: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Windows:
    """When a plan may be applied: only in `open` (no span: always), and never in `closed`."""

    time_zone: str = ""
    open: tuple[Span, ...] = ()
    closed: tuple[Span, ...] = ()


class Waiver(NamedTuple):
    """What may stay as it was changed below: an item's address or a glob of it, until a day (included)."""

    address: str
    reason: str
    owner: str
    expires: str


class Notify(NamedTuple):
    """Whom to tell when a job ends: environment variables that hold addresses, and after which ends."""

    urls_from: tuple[str, ...] = ()
    on: tuple[str, ...] = ("done", "in_part", "failed")


@dataclass(frozen=True, slots=True)
class Policy:
    """What a push may do (domain.md 8, 11). `rights` None: everybody may do everything.

    `past_years`: `writable`, or `read_only`, as they also are where nothing is said.
    """

    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    rights: tuple[Right, ...] | None = None
    thresholds: Thresholds = Thresholds()
    sessions: Sessions = Sessions()
    windows: Windows = Windows()
    waivers: tuple[Waiver, ...] = ()
    warnings_as_errors: frozenset[str] = frozenset()
    past_years: str = ""
    notify: Notify = Notify()
