"""This room knows every distinct case that a push meets, and what comes of it.

A case is all hosts with the same wishes and the same holding. It is put together of pieces (`pieces.py`)
wherever its areas can be judged by themselves, and judged as a whole where they can't (`cohorts.py`).
Hosts of one case are told apart by the evidence that was asked for, and by nothing more.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from reconciler.course import EMPTY, Area, Holding, Part, Ref, setup
from reconciler.keep.evidence import Evidence
from reconciler.keep.table import Hop
from reconciler.plan.cohorts import CourseQuestion, SectionQuestion
from reconciler.plan.outcome import Outcome, Piece
from reconciler.plan.pieces import Pieces
from reconciler.plan.references import NAMING, TASKS, unlisted
from reconciler.plan.rekey import due
from reconciler.plan.scope import ADVISORY
from reconciler.plan.terms import PLACE, Terms
from reconciler.plan.wanted import Below, from_course

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from reconciler.course import Rename, Setup, Use, Used
    from reconciler.keep.evidence import Asked
    from reconciler.plan.pieces import Asking
    from reconciler.plan.scope import Scope
    from reconciler.plan.terms import Frame
    from reconciler.plan.wanted import Wanted

Section = tuple["Holding", "Used | None"]
Changed = dict[tuple[Area, Part], "Setup"]
Parts = tuple["Piece | Asking", ...]


class Plain:
    """A case of which the same comes, whatever is used."""

    __slots__ = ("plain",)

    def __init__(self, plain: Outcome) -> None:
        """Its outcome."""
        self.plain = plain

    def course(self, _sections: Callable[[], Sequence[Section]]) -> Outcome:
        """The outcome for one course."""
        return self.plain

    def section(self, _used: Used | None) -> Outcome:
        """The outcome for one section."""
        return self.plain


class Composed:
    """A case whose areas were judged by themselves, and of which some ask for evidence."""

    __slots__ = ("outcomes", "parts", "plain", "together")

    def __init__(self, parts: Parts, together: Callable[[tuple[Piece, ...]], Outcome]) -> None:
        """`together` makes an outcome of pieces."""
        self.parts = parts
        self.together = together
        self.outcomes: dict[tuple[int, ...], Outcome] = {}
        self.plain = None

    def course(self, sections: Callable[[], Sequence[Section]]) -> Outcome:
        """The outcome for one course."""
        return self._outcome([used for _, used in sections()])

    def section(self, used: Used | None) -> Outcome:
        """The outcome for one section."""
        return self._outcome((used,))

    def _outcome(self, sets: Sequence[Used | None]) -> Outcome:
        def answer(asked: Asked) -> Evidence:
            """What these sets say of what was asked."""
            uses: set[Use] = set()
            for one in sets:
                if one is not None:
                    uses.update(use for use in one if use[:2] in asked)
            return Evidence(frozenset(uses), None in sets)

        pieces = tuple(one if isinstance(one, Piece) else one.piece(answer) for one in self.parts)
        key = tuple(map(id, pieces))
        if key not in self.outcomes:
            self.outcomes[key] = self.together(pieces)
        return self.outcomes[key]


class Whole:
    """A case that is judged as a whole. `plain`: its outcome, where nothing was asked for."""

    __slots__ = ("plain", "question")

    def __init__(self, question: CourseQuestion | SectionQuestion) -> None:
        """Judge it with no evidence first."""
        self.question = question
        self.plain = question.question.plain()

    def course(self, sections: Callable[[], Sequence[Section]]) -> Outcome:
        """The outcome for one course; its sections are looked at only if they matter."""
        assert isinstance(self.question, CourseQuestion)  # noqa: S101 - what it was made of
        return self.plain or self.question.outcome(sections)

    def section(self, used: Used | None) -> Outcome:
        """The outcome for one section."""
        assert isinstance(self.question, SectionQuestion)  # noqa: S101 - what it was made of
        return self.plain or self.question.outcome(lambda: used)


Case = Plain | Composed | Whole


class _Given:
    """What courses give their sections (P8), each distinct value once."""

    def __init__(self) -> None:
        self._mine: set[int] = set()
        self._lists: dict[tuple[int, int], Setup] = {}
        self._alive: list[tuple[Setup, Setup]] = []
        self._values: dict[Hashable, Below] = {}

    def listed(self, linked: Setup, own: Setup) -> Setup:
        """All that a course has of an area, its residuals apart."""
        key = (id(linked), id(own))
        known = self._lists.get(key)
        if known is None:
            made = setup(one.mark() for one in (*linked, *own) if not one.kept)
            known = self._lists[key] = linked if made == linked else made
            self._alive.append((linked, own))
        return known

    def once(self, below: Below) -> Below:
        """The one object of this value: courses of many masters give the same."""
        if id(below) in self._mine:
            return below
        one = self._values.setdefault(below.value(), below)
        self._mine.add(id(one))
        return one


class _Wish:
    """One master's wish, as it is laid over courses."""

    __slots__ = ("areas", "doubtful", "frame", "resting", "still", "want")

    def __init__(self, want: Wanted, frame: Frame, doubtful: frozenset[Ref]) -> None:
        self.want = want
        self.frame = frame
        self.resting = tuple(chain.from_iterable(frame.resting))
        self.doubtful = doubtful
        self.areas = [area for area in _DOWN if area in want.down]
        if Area.COMPOSITE_GRADES in want.down and Area.COMPOSITE_WEIGHTS not in want.down:
            self.areas.append(Area.COMPOSITE_WEIGHTS)
        self.still: Below | None = None


_DOWN = sorted(Area)
_NAMED = (*TASKS, *NAMING)
_OWN_TASKS = tuple(PLACE[area] + 2 for area in TASKS)


class Cases:
    """Every case of one push: courses by (wish, number of terms, holding), sections by what they get."""

    def __init__(self, wants: Sequence[Wanted], scope: Scope) -> None:
        """Nothing is judged yet."""
        self.wants = wants
        self.scope = scope
        self.pieces = Pieces()
        self.given = _Given()
        self.wholes: list[Whole] = []
        self._terms: dict[Terms, Terms] = {}
        self._doubtful: dict[tuple[int, ...], frozenset[Ref]] = {}
        self._below: dict[tuple[object, ...], Below] = {}
        self._last: tuple[int, _Wish] | None = None
        self._frames: dict[int, tuple[Below, Frame | None]] = {}

    @property
    def compared(self) -> int:
        """How many comparisons were made: a function of the variety, not of the size."""
        return self.pieces.compared + sum(one.question.question.compared for one in self.wholes)

    def from_course(self, holding: Holding) -> Outcome:
        """A push from courses leaves the course as it is (S1)."""
        below = self.given.once(from_course(holding, self.scope))
        return Outcome(holding, holding, below=below)

    def course(self, place: int, terms: int, holding: Holding) -> Case:
        """The case of a wish (its place) and a holding; `terms`: how many the calendar has (0: unknown)."""
        wish = self._wish(place)
        if (terms and wish.want.last_term > terms) or not self._alone(wish, holding.setups):
            return self._whole(CourseQuestion(wish.want, holding, terms))
        differing = wish.frame.differing(holding.setups)
        if not differing:
            if wish.still is None and wish.want.active:
                wish.still = self._gives(wish, holding, {}, ())
            return Plain(Outcome.still(holding, wish.resting, wish.still))
        return self._case(
            self._parts(wish.frame, differing, holding.setups),
            lambda pieces: self._course_outcome(wish, holding, pieces),
            lambda: CourseQuestion(wish.want, holding, terms),
        )

    def section(self, below: Below, holding: Holding) -> Case:
        """The case of what a course gives (a value of `once`) and a holding."""
        frame = self._frame(below)
        if frame is None:
            return self._whole(SectionQuestion(below, holding))
        return self._case(
            self._parts(frame, frame.differing(holding.setups), holding.setups),
            lambda pieces: Outcome.composed(holding, pieces),
            lambda: SectionQuestion(below, holding),
        )

    def _case(
        self,
        parts: Parts | None,
        together: Callable[[tuple[Piece, ...]], Outcome],
        question: Callable[[], CourseQuestion | SectionQuestion],
    ) -> Case:
        if parts is None:
            return self._whole(question())
        pieces = tuple(one for one in parts if isinstance(one, Piece))
        return Plain(together(pieces)) if len(pieces) == len(parts) else Composed(parts, together)

    def _whole(self, question: CourseQuestion | SectionQuestion) -> Whole:
        made = Whole(question)
        self.wholes.append(made)
        return made

    def _wish(self, place: int) -> _Wish:
        """The wish that was asked for last is at hand: a state has tens of thousands."""
        if self._last is None or self._last[0] != place:
            want = self.wants[place]
            over = frozenset(Area) if want.overwrite else frozenset()
            terms = Terms(Hop.COURSE, over, want.editable, want.weights, want.relink)
            frame = self.pieces.frame(want.setups, self._terms.setdefault(terms, terms))
            self._last = (place, _Wish(want, frame, self._doubts(want)))
        return self._last[1]

    def _doubts(self, want: Wanted) -> frozenset[Ref]:
        """The tasks and standards that a wish names and does not list; many masters have the same lists."""
        key = tuple(id(want.setups.get(area)) for area in _NAMED)
        known = self._doubtful.get(key)
        if known is None:
            known = frozenset(ref for _, _, refs in unlisted(want.setups) for ref in refs)
            self._doubtful[key] = known
        return known

    def _alone(self, wish: _Wish, setups: tuple[Setup, ...]) -> bool:
        """Can the areas of this course be judged by themselves? See `pieces.py`."""
        if any(setups[place] for place in _OWN_TASKS):
            return False
        if wish.want.renames and due(wish.want.renames, Holding(setups)):
            return False
        return all(self._there(wish, ref, setups) for ref in wish.doubtful)

    @staticmethod
    def _there(wish: _Wish, ref: Ref, setups: tuple[Setup, ...]) -> bool:
        """A task that the push leaves alone is there (L7)."""
        return ref.area not in wish.want.setups and setups[PLACE[ref.area] + 1].get(ref.key) is not None

    def _parts(self, frame: Frame, differing: set[int], setups: tuple[Setup, ...]) -> Parts | None:
        """The host's pieces; None where a task or standard may go."""
        found: list[Piece | Asking] = []
        for place, resting in enumerate(frame.resting):
            if place not in differing:
                found += resting
                continue
            group = frame.groups[place]
            parts = self.pieces.of(frame.terms, group, setups)
            if group[0].area in TASKS and not isinstance(parts[0], Piece):
                return None
            found += parts
        return tuple(found)

    def _course_outcome(self, wish: _Wish, holding: Holding, pieces: tuple[Piece, ...]) -> Outcome:
        outcome = Outcome.composed(holding, pieces)
        if wish.want.active and not outcome.refused:
            changed = dict(chain.from_iterable(one.changes for one in pieces if one.changes))
            outcome.below = self._gives(wish, holding, changed, outcome.rekeys)
        return outcome

    def _gives(self, wish: _Wish, holding: Holding, changed: Changed, rekeys: tuple[Rename, ...]) -> Below:
        """What goes on to the sections (P8); courses of many masters give the same."""
        want = wish.want
        lists = [self._listed(area, holding, changed) for area in wish.areas]
        fields = want.setups.get(Area.CROSS_SITE, EMPTY)
        key = (id(wish.frame.terms), want.down, rekeys, tuple(fields.by_key), *map(id, lists))
        known = self._below.get(key)
        if known is None:
            setups = {area: one for area, one in zip(wish.areas, lists, strict=True) if area in want.down}
            if Area.CROSS_SITE in setups:
                named = (one for one in setups[Area.CROSS_SITE] if one.key in fields.by_key)
                setups[Area.CROSS_SITE] = setup(named)
            known = self._below[key] = self.given.once(
                Below(
                    setups,
                    weights=lists[-1] if len(setups) < len(lists) else EMPTY,
                    overwrite=frozenset(want.down) if want.overwrite else frozenset(),
                    editable=frozenset(place for place in want.editable if place[0] in want.down),
                    rekeys=rekeys,
                    cross_site=frozenset(fields.by_key),
                )
            )
        return known

    def _listed(self, area: Area, holding: Holding, changed: Changed) -> Setup:
        place = PLACE[area]
        linked = changed.get((area, Part.LINKED), holding.setups[place + 1])
        own = changed.get((area, Part.OWN), holding.setups[place + 2])
        return self.given.listed(linked, own)

    def _frame(self, below: Below) -> Frame | None:
        """What is given, as it is laid over sections; None where their areas depend on each other."""
        known = self._frames.get(id(below))
        if known is None:
            frame = None
            if not (below.rekeys or below.residual or below.gone or below.held):
                terms = _section_terms(below)
                frame = self.pieces.frame(below.setups, self._terms.setdefault(terms, terms))
            known = self._frames[id(below)] = (below, frame)
        return known[1]


def _section_terms(below: Below) -> Terms:
    seen = [(Area.COURSE_INFO, frozenset({ADVISORY}))]
    if below.cross_site is not None:
        seen.append((Area.CROSS_SITE, below.cross_site))
    return Terms(Hop.SECTION, below.overwrite, below.editable, below.weights, seen=tuple(seen))
