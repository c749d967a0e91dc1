"""This room judges one section against what its course gives it (domain.md 3 and 4, second hop)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.course import Area, Part, Ref, Rename, cell_of, composite_of, names
from reconciler.keep.bench import Bench
from reconciler.keep.effect import Verdict
from reconciler.keep.table import Action, Hop, Marks
from reconciler.plan.composites import judge_composites
from reconciler.plan.outcome import Outcome
from reconciler.plan.references import children
from reconciler.plan.rekey import fitting, keys_of, rekey
from reconciler.plan.scope import ADVISORY

if TYPE_CHECKING:
    from reconciler.course import Holding
    from reconciler.keep.evidence import Evidence
    from reconciler.plan.wanted import Below


def push_section(below: Below, holding: Holding, evidence: Evidence) -> Outcome:
    """Judge one section. The evidence is its own, by the keys that items have after `below.rekeys`."""
    renames = fitting(below.rekeys, holding)
    return _SectionHop(below, rekey(holding, keys_of(renames)), evidence).run(holding, renames)


class _SectionHop:
    """One section while it is judged."""

    def __init__(self, below: Below, holding: Holding, evidence: Evidence) -> None:
        self.below = below
        self.evidence = evidence
        self.desired = {area: dict(listed.by_key) for area, listed in below.setups.items()}
        self.bench = Bench(Hop.SECTION, holding, evidence, below.overwrite, below.may_be_edited)

    def run(self, holding: Holding, renames: tuple[Rename, ...]) -> Outcome:
        """Judge all areas that the push carries to sections."""
        for area in (Area.COURSE_INFO, Area.CROSS_SITE):
            if area in self.desired:
                self.bench.judge(area, self.desired[area], skip=self._unseen(area))
        if Area.CATEGORIES in self.desired:
            self.bench.judge_categories(self.desired[Area.CATEGORIES])
            if self.below.gone:
                self.bench.lose_references(self.below.gone)
        kept = self._kept_here()
        judge_composites(
            self.bench,
            self.desired,
            self.below.weights,
            used=lambda key: (
                composite_of(key)[0][0] in kept or self.evidence.used(Area.COMPOSITE_GRADES, key)
            ),
            marks=self._row_marks,
        )
        if Area.GRADE_CALC_OPTIONS in self.desired:
            self.bench.judge(
                Area.GRADE_CALC_OPTIONS, self.desired[Area.GRADE_CALC_OPTIONS], marks=self._cell_marks
            )
            self._say_no_calculation()
        else:
            self._say_pending()
        links = tuple(Rename(Area.CATEGORIES, was, key) for was, key in self.bench.linked_keys.items())
        return Outcome(holding, self.bench.after(), self.bench.walk(), rekeys=(*renames, *links))

    def _unseen(self, area: Area) -> frozenset[str]:
        """The fields that the push does not look at, though the section has them (P4)."""
        seen = frozenset({ADVISORY}) if area is Area.COURSE_INFO else self.below.cross_site
        if seen is None:
            return frozenset()
        before = self.bench.before
        return frozenset(one.key for part in Part for one in before.get(area, part)) - seen

    def _kept_here(self) -> frozenset[Ref]:
        """Which of the course's residual tasks this very section uses, or keeps by what it keeps (R7)."""
        residual = self.below.residual
        if not residual or not {Area.COMPOSITE_GRADES, Area.COMPOSITE_WEIGHTS} & set(self.desired):
            return frozenset()
        found = {ref for ref in residual if self.evidence.used(*ref)}
        for one in self.bench.here(Area.CATEGORIES):
            named = residual.intersection(names(Area.CATEGORIES, one))
            if named and self.bench.category_used(one.key):
                found |= named
        more = children(found, self.bench.here(Area.COMPOSITE_GRADES), residual)
        return frozenset(found | residual.intersection(more))

    def _row_marks(self, key: str) -> Marks:
        (parent, _), (child, _) = composite_of(key)
        return Marks(gone=parent in self.below.gone or child in self.below.gone)

    def _cell_marks(self, key: str) -> Marks:
        ref, term = cell_of(key)
        return Marks(
            uncalculated=ref in self.below.residual or (ref, term) in self.below.held,
            gone=ref in self.below.gone,
        )

    def _say_pending(self) -> None:
        """Cells of a residual stay where this push does not write them; that is said (R2)."""
        area = Area.GRADE_CALC_OPTIONS
        for one in self.bench.before.here(area) if self.below.residual else ():
            if self._cell_marks(one.key).uncalculated:
                self.bench.note(
                    Verdict(area, one.key, "R2", Action.NOTHING, "no_calculation_pending", one, one)
                )

    def _say_no_calculation(self) -> None:
        verdicts = self.bench.verdicts.get(Area.GRADE_CALC_OPTIONS, [])
        for place, verdict in enumerate(verdicts):
            if verdict.action is Action.DELETE and self._cell_marks(verdict.key).uncalculated:
                verdicts[place] = verdict._replace(reason="no_calculation")
