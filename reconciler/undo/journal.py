"""This room reads a run's journal by host: where each course and section came from and went to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from reconciler.course import EMPTY, Rename

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.course import ListKind, Setup
    from reconciler.current import Followed, Run, Snapshot


class Way(NamedTuple):
    """The ids of the holdings that a host had before and after a run."""

    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Journal:
    """What a run did. `courses`, `sections`: by id; `keys`: (is a section, id) -> the keys that changed.

    `lists`, `lists_before`: the named lists by catalog, as the run left and found them.
    """

    run: Run
    courses: Mapping[int, Way] = field(default_factory=dict)
    sections: Mapping[int, Way] = field(default_factory=dict)
    keys: Mapping[tuple[bool, int], tuple[Rename, ...]] = field(default_factory=dict)
    followed: Mapping[int, Followed] = field(default_factory=dict)
    lists: Mapping[str, Mapping[ListKind, Setup]] = field(default_factory=dict)
    lists_before: Mapping[str, Mapping[ListKind, Setup]] = field(default_factory=dict)


def read_journal(snapshot: Snapshot, run: Run) -> Journal:
    """Read what a run did."""
    ways: dict[bool, dict[int, Way]] = {False: {}, True: {}}
    for move in snapshot.moves(run.id):
        known = ways[bool(move.on_section)]
        for host in move.members:
            known[host] = Way(known[host].before if host in known else move.before, move.after)
    keys: dict[tuple[bool, int], tuple[Rename, ...]] = {}
    for one in snapshot.key_moves(run.id):
        rename = Rename(one.area, one.was, one.key)
        for host in one.members:
            place = (bool(one.on_section), host)
            keys[place] = (*keys.get(place, ()), rename)
    followed = {course: one for one in snapshot.followed(run.id) for course in one.courses}
    lists: dict[str, dict[ListKind, Setup]] = {}
    before: dict[str, dict[ListKind, Setup]] = {}
    for moved in snapshot.list_moves(run.id):
        lists.setdefault(moved.catalog, {})[moved.kind] = moved.after
        before.setdefault(moved.catalog, {})[moved.kind] = moved.before or EMPTY
    return Journal(run, ways[False], ways[True], keys, followed, lists, before)
