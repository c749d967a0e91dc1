"""This room brings the cohorts of a plan together for those who carry it out.

They need not know of which wish or holding a host is, only what was decided for it. So cohorts of which the
same is decided, and the same is told, become one; and their order is that of their first members, however
they were gathered.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from reconciler.keep.table import Hop
from reconciler.members import pack, unpack
from reconciler.plan.hosts import Hosts
from reconciler.plan.told import PACKED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from reconciler.keep.effect import Verdict
    from reconciler.plan.model import Cohort, Plan

Json = dict[str, Any]
_HOPS = {hop: place for place, hop in enumerate(Hop)}


class SavedCohort(NamedTuple):
    """A cohort as saved: what was decided, for whom. `refused`: why the courses stay as they are."""

    hop: Hop
    refused: str
    verdicts: tuple[Verdict, ...]
    members: tuple[int, ...]


@dataclass(slots=True)
class Verdicts:
    """Gives equal verdicts one number; each object is compared once."""

    known: dict[Verdict, int] = field(default_factory=dict)
    _numbers: dict[int, int] = field(default_factory=dict)

    def number(self, one: Verdict) -> int:
        """The number of a verdict, which must live as long as this."""
        found = self._numbers.get(id(one))
        if found is None:
            found = self._numbers[id(one)] = self.known.setdefault(one, len(self.known))
        return found


def together(plan: Plan, summary: Json) -> tuple[tuple[SavedCohort, ...], Json]:
    """The cohorts as they are saved, and the summary (`told.to_json`), its lines naming these."""
    piles = _piles(plan.cohorts, summary)
    made = [(_cohort([plan.cohorts[place] for place in pile]), pile) for pile in piles]
    made.sort(key=lambda one: (_HOPS[one[0].hop], one[0].members[:1]))
    place_of = {old: new for new, (_, pile) in enumerate(made) for old in pile}
    return tuple(cohort for cohort, _ in made), _naming(summary, place_of)


def wishes(plan: Plan) -> dict[int, int]:
    """The place of the wish that each course of a plan follows, by the course's id; -1 for none."""
    hosts = plan.cohorts[0].hosts if plan.cohorts else Hosts()
    return dict(sorted(zip(hosts.courses, hosts.wants, strict=True)))


def _piles(cohorts: tuple[Cohort, ...], summary: Json) -> Iterable[list[int]]:
    """The places of cohorts of which the same is decided, and which are in the same lines."""
    lines: list[list[int]] = [[] for _ in cohorts]
    for number, line in enumerate(_lines(summary)):
        for place in unpack(line[PACKED]):
            lines[place].append(number)
    verdicts = Verdicts()
    piles: dict[tuple[object, ...], list[int]] = {}
    for place, one in enumerate(cohorts):
        said = tuple(map(verdicts.number, one.outcome.said))
        piles.setdefault((one.hop, one.outcome.refused, said, tuple(lines[place])), []).append(place)
    return piles.values()


def _cohort(those: list[Cohort]) -> SavedCohort:
    outcome = those[0].outcome
    members = tuple(sorted(chain.from_iterable(one.members for one in those)))
    return SavedCohort(those[0].hop, outcome.refused, outcome.said, members)


def _lines(summary: Json) -> Iterator[Json]:
    """Every line of a summary that names cohorts."""
    for part in summary.values():
        if isinstance(part, list):
            yield from (one for one in part if isinstance(one, dict) and PACKED in one)


def _naming(summary: Json, place_of: Mapping[int, int]) -> Json:
    """The same summary, its lines naming cohorts by their new places."""
    return {
        name: [_named(one, place_of) for one in part] if isinstance(part, list) else part
        for name, part in summary.items()
    }


def _named(one: object, place_of: Mapping[int, int]) -> object:
    if not isinstance(one, dict) or PACKED not in one:
        return one
    return {**one, PACKED: pack(map(place_of.__getitem__, unpack(one[PACKED])))}
