"""This room judges one course against its master (domain.md 3), in the order that references need.

Info, then categories, then tasks and standards with what kept items name (R7), composites, grade calc
options, assessments, cross-site; then the course is accepted or refused as a whole (P5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.course import (
    EMPTY,
    Area,
    Holding,
    Part,
    Ref,
    Rename,
    cell_of,
    composite_of,
    names,
    setup,
)
from reconciler.keep.bench import Bench
from reconciler.keep.effect import Verdict
from reconciler.keep.names import name_of
from reconciler.keep.table import Action, Hop, Marks
from reconciler.plan.composites import judge_composites, refusal
from reconciler.plan.outcome import Outcome
from reconciler.plan.references import NAMING, TASKS, candidates_of, children, merge, naming, unlisted
from reconciler.plan.rekey import due, keys_of, rekey
from reconciler.plan.wanted import Below, giving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from reconciler.course import Item
    from reconciler.keep.evidence import Evidence
    from reconciler.plan.references import Refs
    from reconciler.plan.wanted import Wanted


def push_course(want: Wanted, holding: Holding, evidence: Evidence, terms: int = 0) -> Outcome:
    """Judge one course. `terms`: how many terms its calendar has (0: not known).

    The evidence is that of all its sections. A refused course keeps its holding (P5).
    """
    if terms and want.last_term > terms:
        return Outcome(holding, holding, refused="term_out_of_range")
    renames = due(want.renames, holding)
    return _CourseHop(want, rekey(holding, keys_of(renames)), evidence).run(holding, renames)


class _CourseHop:
    """One course while it is judged."""

    def __init__(self, want: Wanted, holding: Holding, evidence: Evidence) -> None:
        self.want = want
        self.desired = {area: dict(listed.by_key) for area, listed in want.setups.items()}
        over = frozenset(Area) if want.overwrite else frozenset()
        self.bench = Bench(Hop.COURSE, holding, evidence, over, want.may_be_edited, relink=want.relink)
        self.evidence = evidence
        self.refused = self._missing_tasks()
        self.named: Refs = {}
        self.residual: frozenset[Ref] = frozenset()
        self.gone: frozenset[Ref] = frozenset()

    def run(self, holding: Holding, renames: tuple[Rename, ...]) -> Outcome:
        """Judge all areas; accept or refuse."""
        self._fields(Area.COURSE_INFO)
        self._categories()
        self._tasks()
        self._parts()
        self._fields(Area.CROSS_SITE)
        verdicts = self.bench.walk()
        if any(verdict.reason == "desynced" for verdict in verdicts):
            return Outcome(holding, holding, verdicts, refused="desynced")
        links = tuple(Rename(Area.CATEGORIES, was, key) for was, key in self.bench.linked_keys.items())
        rekeys = (*renames, *links)
        after = self.bench.after()
        below = self._below(after, rekeys) if self.want.active else None
        return Outcome(holding, after, verdicts, rekeys=rekeys, below=below)

    def _fields(self, area: Area) -> None:
        if area in self.desired:
            self.bench.judge(area, self.desired[area])

    def _missing_tasks(self) -> dict[Area, list[Item]]:
        """The desired items that name a task or standard which the course will not have (L7)."""
        refused: dict[Area, list[Item]] = {}
        doubtful = unlisted(self.want.setups)
        if doubtful:
            had = {Ref(area, one.key) for area in TASKS for one in self.bench.here(area)}
            for area, one, refs in doubtful:
                if not all(self._stays(ref, had) for ref in refs):
                    refused.setdefault(area, []).append(one)
        return refused

    def _stays(self, ref: Ref, had: set[Ref]) -> bool:
        """Outside the push what is there stays; inside, only what is the course's own."""
        if ref.area not in self.desired:
            return ref in had
        return ref.key in self.bench.before.get(ref.area, Part.OWN).by_key

    def _refuse(self, area: Area) -> frozenset[str]:
        for one in self.refused.get(area, ()):
            self.bench.note(refusal(self.bench, area, one, "missing_task"))
        return frozenset(one.key for one in self.refused.get(area, ()))

    def _take(self, area: Area) -> dict[str, Item]:
        """The desired items of an area, those refused left out."""
        if area not in self.refused:
            return self.desired[area]
        refused = {one.key for one in self.refused[area]}
        return {key: one for key, one in self.desired[area].items() if key not in refused}

    def _categories(self) -> None:
        if Area.CATEGORIES in self.desired:
            refused = self.refused.get(Area.CATEGORIES, ())
            skip = {one.key for one in refused} | self._twins(refused)
            self.bench.judge_categories(self._take(Area.CATEGORIES), skip)
            self._refuse(Area.CATEGORIES)

    def _twins(self, refused: Iterable[Item]) -> set[str]:
        """Own categories under the names of refused ones: they are not judged either."""
        parts = self.bench.of(Area.CATEGORIES)
        known = {*parts.pushed, *parts.linked, *parts.own}
        called = {name_of(one) for one in refused if one.key not in known}
        return {one.key for one in parts.own.values() if name_of(one) in called and not one.left}

    def _tasks(self) -> None:
        """Tasks and standards, again and again until nothing more is kept for what is kept (R7)."""
        there = {Ref(area, one.key) for area in TASKS for one in self.bench.here(area)}
        areas = [area for area in TASKS if area in self.desired]
        candidates = candidates_of(self.want, self.bench.before)
        self.named = self._names_of_what_stays(candidates) if candidates else {}
        while True:
            for area in areas:
                self.bench.parts.pop(area, None)
                self.bench.judge(area, self.desired[area], used=self._task_used(area))
            self.residual = self._kept()
            more = children(self.residual, self.bench.here(Area.COMPOSITE_GRADES), self.residual)
            if not candidates.intersection(more) - set(self.named):
                break
            merge(self.named, more)
        now = {Ref(area, one.key) for area in TASKS for one in self.bench.here(area)}
        self.gone = frozenset(there - now)
        self._say_who_names()
        if self.gone and Area.CATEGORIES in self.desired:
            self.bench.lose_references(self.gone)

    def _task_used(self, area: Area) -> Callable[[str], bool]:
        def used(key: str) -> bool:
            """By evidence, or kept by what names it (R7)."""
            known = self.evidence.used(area, key)
            return self.evidence.named(Ref(area, key)) or known or Ref(area, key) in self.named

        return used

    def _names_of_what_stays(self, candidates: frozenset[Ref]) -> Refs:
        """What the course's items name: all that the push can't reach, and categories in use."""
        found: Refs = {}
        for area in NAMING:
            if area not in self.desired:
                merge(found, naming(area, self.bench.here(area)))
        if Area.CATEGORIES in self.desired:
            staying = [
                one
                for one in self.bench.here(Area.CATEGORIES)
                if candidates.intersection(names(Area.CATEGORIES, one))
                and (one.kept or self.bench.category_used(one.key))
            ]
            merge(found, naming(Area.CATEGORIES, staying))
        return found

    def _kept(self) -> frozenset[Ref]:
        return frozenset(
            Ref(area, one.key) for area in TASKS for one in self.bench.of(area).own.values() if one.kept
        )

    def _say_who_names(self) -> None:
        """Write on each kept task what refers to it; `referred_to` where nothing else keeps it."""
        for area in TASKS:
            verdicts = self.bench.verdicts.get(area, [])
            for place, verdict in enumerate(verdicts):
                ref = Ref(area, verdict.key)
                if verdict.after is not None and verdict.after.kept and ref in self.named:
                    reason = verdict.reason if self.evidence.used(*ref) else "referred_to"
                    verdicts[place] = verdict._replace(reason=reason, by=self.named[ref])

    def _parts(self) -> None:
        self._composites()
        for area in (Area.GRADE_CALC_OPTIONS, Area.ASSESSMENTS):
            if area in self.desired:
                marks = self._cell_marks if area is Area.GRADE_CALC_OPTIONS else self._assessment_marks
                skip = [one.key for one in self.refused.get(area, ())]
                self.bench.judge(area, self._take(area), marks=marks, skip=skip)
                self._refuse(area)
        self._say_no_calculation()

    def _composites(self) -> None:
        refused = frozenset(one.key for one in self.refused.get(Area.COMPOSITE_GRADES, ()))
        desired: dict[Area, dict[str, Item]] = {}
        if Area.COMPOSITE_WEIGHTS in self.desired:
            desired[Area.COMPOSITE_WEIGHTS] = self.desired[Area.COMPOSITE_WEIGHTS]
        if Area.COMPOSITE_GRADES in self.desired:
            desired[Area.COMPOSITE_GRADES] = self._take(Area.COMPOSITE_GRADES)
        judge_composites(
            self.bench,
            desired,
            self.want.weights,
            used=lambda key: (
                composite_of(key)[0][0] in self.residual or self.evidence.used(Area.COMPOSITE_GRADES, key)
            ),
            marks=self._row_marks,
            refused=refused,
        )
        self._refuse(Area.COMPOSITE_GRADES)

    def _was_kept(self, ref: Ref) -> bool:
        one = self.bench.before.get(ref.area, Part.OWN).get(ref.key)
        return one is not None and one.kept

    def _relinks(self, ref: Ref) -> bool:
        """Does this task or standard relink in this push (row 15)?"""
        own = self.bench.before.get(ref.area, Part.OWN).get(ref.key)
        marked = own is not None and (own.left or own.kept)
        return marked and ref.key in self.desired.get(ref.area, ())

    def _row_marks(self, key: str) -> Marks:
        (parent, _), (child, _) = composite_of(key)
        return Marks(relinks=self._relinks(parent), gone=parent in self.gone or child in self.gone)

    def _cell_marks(self, key: str) -> Marks:
        ref, term = cell_of(key)
        held = (ref, term) in self._held()
        stays = ref in self.residual
        return Marks(
            relinks=self._relinks(ref),
            belongs=held or (stays and self._was_kept(ref)),
            uncalculated=stays and not self._was_kept(ref),
            gone=ref in self.gone,
        )

    def _assessment_marks(self, key: str) -> Marks:
        code = key.partition("<")[2]
        return Marks(gone=bool(code) and Ref(Area.STANDARDS, code) in self.gone)

    def _held(self) -> frozenset[tuple[Ref, int]]:
        """The terms that P10 holds: they count as residual for their cells (R2)."""
        held = set()
        for area in TASKS:
            for verdict in self.bench.verdicts.get(area, ()):
                if "terms" in verdict.held and verdict.after is not None:
                    stays, wanted = verdict.after.get("terms"), self.desired[area][verdict.key].get("terms")
                    lost = set(stays if isinstance(stays, tuple) else ()) - set(
                        wanted if isinstance(wanted, tuple) else ()
                    )
                    held |= {(Ref(area, verdict.key), int(term)) for term in lost}
        return frozenset(held)

    def _say_no_calculation(self) -> None:
        """Cells of a residual go (R2), or are pending where this push does not write them."""
        verdicts = self.bench.verdicts.get(Area.GRADE_CALC_OPTIONS, [])
        for place, verdict in enumerate(verdicts):
            if verdict.action is Action.DELETE and cell_of(verdict.key)[0] in self.residual:
                verdicts[place] = verdict._replace(reason="no_calculation")
        if Area.GRADE_CALC_OPTIONS in self.desired:
            return
        for one in self.bench.here(Area.GRADE_CALC_OPTIONS):
            if cell_of(one.key)[0] in self.residual:
                reason = "no_calculation_pending"
                self.bench.note(
                    Verdict(Area.GRADE_CALC_OPTIONS, one.key, "R2", Action.NOTHING, reason, one, one)
                )

    def _below(self, after: Holding, rekeys: tuple[Rename, ...]) -> Below:
        """What goes on to the sections (P8)."""
        setups = {area: setup(giving(after, area).values()) for area in sorted(self.want.down)}
        fields = frozenset(self.desired.get(Area.CROSS_SITE, ()))
        if Area.CROSS_SITE in setups:
            setups[Area.CROSS_SITE] = setup(one for one in setups[Area.CROSS_SITE] if one.key in fields)
        follow = Area.COMPOSITE_GRADES in setups and Area.COMPOSITE_WEIGHTS not in setups
        return Below(
            setups,
            weights=setup(giving(after, Area.COMPOSITE_WEIGHTS).values()) if follow else EMPTY,
            overwrite=frozenset(self.want.down) if self.want.overwrite else frozenset(),
            editable=frozenset(place for place in self.want.editable if place[0] in self.want.down),
            residual=self.residual,
            gone=self.gone,
            held=self._held(),
            rekeys=rekeys,
            cross_site=fields,
        )
