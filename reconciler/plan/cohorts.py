"""This room judges each distinct case once, for all hosts that share it: a cohort.

A case is first judged with no evidence. If nothing was asked for, the outcome holds for every host with
the same wishes and the same holding. Else hosts are told apart by the answers, and by nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, TypeGuard

from reconciler.course import Area
from reconciler.keep.evidence import Asked, Evidence, only, rekeyed, union
from reconciler.plan.course_hop import push_course
from reconciler.plan.references import candidates_of, section_names, standing
from reconciler.plan.rekey import due, fitting, keys_of, rekey
from reconciler.plan.section_hop import push_section
from reconciler.plan.wanted import giving

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reconciler.course import Holding, Ref, Used
    from reconciler.plan.outcome import Outcome
    from reconciler.plan.rekey import Keys
    from reconciler.plan.wanted import Below, Wanted

Section = tuple["Holding", "Used | None"]


@dataclass(slots=True)
class Question:
    """One case: what it asked for so far, and its outcomes by the answers."""

    judge: Callable[[Evidence], Outcome]
    asked: Asked = field(default_factory=set)
    outcomes: dict[Evidence, Outcome] = field(default_factory=dict)
    compared: int = 0

    def outcome(self, answer: Callable[[Asked], Evidence]) -> Outcome:
        """The outcome for one host; `answer` gives its evidence of what was asked."""
        while True:
            evidence = answer(self.asked) if self.asked else Evidence()
            known = self.outcomes.get(evidence)
            if known is not None:
                return known
            found = self._judge(evidence)
            if found is not None:
                return found

    def plain(self) -> Outcome | None:
        """The outcome of every host of the case, if no evidence is asked for."""
        return self._judge(Evidence())

    def _judge(self, evidence: Evidence) -> Outcome | None:
        """The outcome, unless something was asked for that was not asked before."""
        fresh = Evidence(evidence.uses, evidence.everything, evidence.names)
        outcome = self.judge(fresh)
        self.compared += 1
        if not fresh.asked <= self.asked:
            self.asked |= fresh.asked
            return None
        self.outcomes[evidence] = outcome
        return outcome


class CourseQuestion:
    """All courses of one master that have the same holding, in calendars with as many terms."""

    def __init__(self, want: Wanted, holding: Holding, terms: int) -> None:
        """Ask nothing yet; `terms` is the number of terms of the calendar, 0 where unknown."""
        self.want = want
        self.holding = holding
        self.renames = due(want.renames, holding)
        mine = rekey(holding, keys_of(self.renames))
        self.candidates = candidates_of(want, mine)
        self.family = self.candidates | standing(want, mine)
        self.question = Question(lambda known: push_course(want, holding, known, terms))
        self.named: dict[tuple[Holding, Used | None], frozenset[Ref]] = {}

    def outcome(self, sections: Callable[[], Sequence[Section]]) -> Outcome:
        """The outcome for one course; its sections are looked at only if they matter."""
        return self.question.outcome(lambda asked: self._evidence(asked, sections()))

    def _evidence(self, asked: Asked, sections: Sequence[Section]) -> Evidence:
        named: list[frozenset[Ref]] = []
        if self.candidates:
            named = [self._names(holding, used) for holding, used in sections]
        sets = [rekeyed(used, self._keys(held)) for held, used in sections if used is not None]
        everything = any(used is None for _, used in sections)
        return Evidence(only(union(sets), asked), everything, frozenset().union(*named))

    def _keys(self, section: Holding) -> Keys:
        return keys_of(fitting(self.renames, section)) if self.renames else {}

    def _names(self, holding: Holding, used: Used | None) -> frozenset[Ref]:
        """What a section's items keep (R7)."""
        if (holding, used) not in self.named:
            keys = self._keys(holding)
            self.named[holding, used] = section_names(
                rekey(holding, keys),
                Evidence(rekeyed(used or frozenset(), keys), used is None),
                desired=self.categories,
                candidates=self.family,
                judged=self.want.down,
            )
        return self.named[holding, used]

    @cached_property
    def categories(self) -> frozenset[str]:
        """The category keys that the course will give. Evidence changes only which residuals stay."""
        return frozenset(giving(push_course(self.want, self.holding, Evidence()).after, Area.CATEGORIES))


class SectionQuestion:
    """All sections with the same holding under courses that give the same."""

    __slots__ = ("keys", "question")

    def __init__(self, below: Below, holding: Holding) -> None:
        """Ask nothing yet."""
        self.keys = keys_of(fitting(below.rekeys, holding))
        self.question = Question(lambda known: push_section(below, holding, known))

    def outcome(self, used: Callable[[], Used | None]) -> Outcome:
        """The outcome for one section."""
        return self.question.outcome(lambda asked: self._evidence(asked, used()))

    def _evidence(self, asked: Asked, used: Used | None) -> Evidence:
        return Evidence(only(rekeyed(used or frozenset(), self.keys), asked), used is None)


def judge_whole(
    want: Wanted, course: Holding, sections: Sequence[Section], terms: int = 0
) -> tuple[Outcome, tuple[Outcome | None, ...]]:
    """Judge one course with its sections; None is a section that this push does not look at."""
    outcome = CourseQuestion(want, course, terms).outcome(lambda: sections)
    below = outcome.below
    if not reaches(below):
        return outcome, (None,) * len(sections)
    return outcome, tuple(
        SectionQuestion(below, held).outcome(partial(_same, used)) for held, used in sections
    )


def _same(used: Used | None) -> Used | None:
    return used


def reaches(below: Below | None) -> TypeGuard[Below]:
    """Is there anything for a section in what its course gives?"""
    return below is not None and bool(below.setups or below.rekeys)
