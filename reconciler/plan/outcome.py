"""This room is what comes of judging one host: the holding it will have, and every verdict.

Most areas of most hosts can be judged by themselves, and most of those are at rest. So an outcome may be put
together of pieces, which many hosts share, and tells the whole only where somebody asks for it.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from reconciler.course import PARTS
from reconciler.keep.effect import at_rest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from reconciler.course import Area, Holding, Part, Rename, Setup
    from reconciler.keep.effect import Verdict
    from reconciler.plan.wanted import Below

Verdicts = tuple["Verdict", ...]
Changes = tuple[tuple[tuple["Area", "Part"], "Setup"], ...]
Rest = tuple["Area", "Setup"]
QUIET = frozenset({"local", "in_sync"})
"""Reasons that a change line never gives: nothing was, is or will be different."""


def loud(verdicts: Iterable[Verdict]) -> Verdicts:
    """The verdicts that people are told of."""
    return tuple(one for one in verdicts if one.reason not in QUIET)


class Piece:
    """What comes of one area of a host, or of some of its items, judged by themselves.

    `changes`: the parts that become something else. `said`: the verdicts that people are told of; `local` and
    `unchanged` count the others. `refused`: it fails the whole course (P5). `kept`: the verdicts
    on residuals. `counts`: it tells its host from one where nothing is to be done and nothing is left over.
    """

    __slots__ = (
        "_resting", "_verdicts", "changes", "counts", "kept", "local", "refused", "rekeys", "said",
        "unchanged",
    )  # fmt: skip

    def __init__(
        self,
        verdicts: Verdicts,
        changes: Changes = (),
        rekeys: tuple[Rename, ...] = (),
        rest: Rest | None = None,
    ) -> None:
        """Sum the verdicts up; of a list at `rest` they are made when somebody asks (row 2)."""
        self._verdicts = verdicts
        self._resting = rest
        self.changes = changes
        self.rekeys = rekeys
        self.said = loud(verdicts) if verdicts else ()
        self.local = sum(one.reason == "local" for one in verdicts) if verdicts else 0
        self.unchanged = len(verdicts) - len(self.said) - self.local if rest is None else len(rest[1])
        self.refused = any(one.reason == "desynced" for one in self.said) if verdicts else False
        self.kept = tuple(one for one in verdicts if one.after is not None and one.after.kept)
        self.counts = bool(self.said or changes or self.kept)

    @classmethod
    def rest(cls, area: Area, listed: Setup) -> Piece:
        """A list that is there as it is desired and as it was pushed (row 2)."""
        return cls((), rest=(area, listed))

    @property
    def verdicts(self) -> Verdicts:
        """Every verdict."""
        return at_rest(*self._resting) if self._resting is not None else self._verdicts


class Outcome:
    """A judged host. `refused`: the reason why a whole course stays as it is (P5), else empty.

    `rekeys`: items that got a new key, with their uses. `below`: what a course gives its sections;
    None where its sections stay as they are. `pieces`: what it was put together of; None where it was
    judged as a whole.
    """

    __slots__ = ("_after", "_said", "_verdicts", "before", "below", "pieces", "refused", "rekeys")

    def __init__(  # noqa: PLR0917 - a judged host is that much
        self,
        before: Holding,
        after: Holding | None,
        verdicts: Verdicts | None = (),
        refused: str = "",
        rekeys: tuple[Rename, ...] = (),
        below: Below | None = None,
        pieces: tuple[Piece, ...] | None = None,
    ) -> None:
        """Take what is known; what is None is made of the pieces when it is asked for."""
        self.before = before
        self.refused = refused
        self.rekeys = rekeys
        self.below = below
        self.pieces = pieces
        self._after = after
        self._verdicts = verdicts
        self._said: Verdicts | None = None

    @classmethod
    def composed(cls, before: Holding, pieces: tuple[Piece, ...], below: Below | None = None) -> Outcome:
        """Put an outcome together; a piece that is refused refuses the whole (P5)."""
        if any(one.refused for one in pieces):
            return cls(before, before, None, "desynced", pieces=pieces)
        rekeys = tuple(chain.from_iterable(one.rekeys for one in pieces))
        return cls(before, None, None, rekeys=rekeys, below=below, pieces=pieces)

    @classmethod
    def still(cls, before: Holding, pieces: tuple[Piece, ...], below: Below | None = None) -> Outcome:
        """A host of which every piece is at rest."""
        return cls(before, before, None, below=below, pieces=pieces)

    @property
    def after(self) -> Holding:
        """What the host will have; the very same object as `before` where nothing changes."""
        if self._after is None:
            changes = dict(chain.from_iterable(one.changes for one in self.pieces or ()))
            self._after = self.before.put(changes) if changes else self.before
        return self._after

    def becomes(self, area: Area, part: Part) -> Setup:
        """One part of what the host will have."""
        if self._after is None:
            for piece in self.pieces or ():
                for place, listed in piece.changes:
                    if place == (area, part):
                        return listed
            return self.before.get(area, part)
        return self._after.get(area, part)

    def touches(self, areas: Collection[Area]) -> bool:
        """Does any part of these areas become something else?"""
        if self._after is None:
            return any(place[0] in areas for one in self.pieces or () for place, _ in one.changes)
        return any(
            was is not now and place[0] in areas
            for place, was, now in zip(PARTS, self.before.setups, self._after.setups, strict=True)
        )

    @property
    def moves(self) -> bool:
        """Does anything change, if only what was pushed?"""
        if self._after is None:
            return any(one.changes for one in self.pieces or ())
        return self._after is not self.before

    @property
    def verdicts(self) -> Verdicts:
        """Every verdict, in the order of the areas and of the keys."""
        if self._verdicts is None:
            self._verdicts = tuple(chain.from_iterable(one.verdicts for one in self.pieces or ()))
        return self._verdicts

    @property
    def said(self) -> Verdicts:
        """The verdicts that people are told of."""
        if self._said is None:
            if self.pieces is None:
                self._said = loud(self.verdicts)
            else:
                self._said = tuple(chain.from_iterable(one.said for one in self.pieces if one.said))
        return self._said

    @property
    def unchanged(self) -> int:
        """How many items are as they should be."""
        if self.pieces is None:
            return sum(one.reason == "in_sync" for one in self.verdicts)
        return sum(one.unchanged for one in self.pieces)

    @property
    def local(self) -> int:
        """How many items are the host's own, and stay so."""
        if self.pieces is None:
            return sum(one.reason == "local" for one in self.verdicts)
        return sum(one.local for one in self.pieces)

    def __eq__(self, other: object) -> bool:
        """Does the same come of the same host, however it was judged?"""
        if not isinstance(other, Outcome):
            return NotImplemented
        return self._value() == other._value()

    __hash__ = None  # type: ignore[assignment]

    def _value(self) -> tuple[object, ...]:
        return (self.before, self.after, self.verdicts, self.refused, self.rekeys, self.below)

    def __repr__(self) -> str:
        """What differs when two are compared."""
        return f"Outcome{self._value()!r}"

    def changed(self, *, after: Holding | None = None, verdicts: Verdicts | None = None) -> Outcome:
        """The same outcome with another end, or other verdicts."""
        told = self.verdicts if verdicts is None else verdicts
        return Outcome(self.before, after or self.after, told, self.refused, self.rekeys, self.below)
