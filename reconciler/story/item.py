"""This room tells of one item: what is there, was pushed and is wanted, who decided, and what comes next."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from reconciler.address import Address
from reconciler.course import EMPTY, Area, Counts, Part
from reconciler.keep.evidence import EVIDENCED
from reconciler.plan.outcome import QUIET
from reconciler.plan.words import label, reference
from reconciler.story.locks import Stand as Lockable
from reconciler.story.locks import lock_of
from reconciler.story.model import (
    ABSENT,
    AWAITING,
    DELETED,
    LINKED,
    LINKED_LOCKED,
    LINKED_UNLOCKED,
    LOCAL,
    RESIDUAL,
    ItemStory,
    Layer,
    Step,
    Uses,
)
from reconciler.story.past import from_courses, present_item, pushed_item, same

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.course import Item
    from reconciler.current import Run
    from reconciler.plan.outcome import Outcome
    from reconciler.story.model import LockTold, Wish
    from reconciler.story.past import Past
    from reconciler.story.scene import Scene

STAYS_RESIDUAL = "17"
"""The row by which a residual stays one: nothing is done, and that needs its reason (domain.md 3)."""


class Stand(NamedTuple):
    """How one item of the host stands: its three parts, and what above wants."""

    area: Area
    key: str
    linked: Item | None
    own: Item | None
    pushed: Item | None
    wish: Wish

    @property
    def now(self) -> Item | None:
        """The item as it is there."""
        return self.linked or self.own


def item_story(scene: Scene, area: Area, key: str, past: Past) -> ItemStory:
    """Tell of one item of the scene's host, with its journal."""
    linked, own, pushed = (
        scene.holding.get(area, part).get(key) for part in (Part.LINKED, Part.OWN, Part.PUSHED)
    )
    one = Stand(area, key, linked, own, pushed, scene.wish(area, key))
    brought = past.run_of(area, key, pushed, pushed_item) if pushed else None
    lock = _lock(scene, one, brought)
    return ItemStory(
        str(_address(scene, area, key)),
        scene.on_section,
        scene.course.catalog or "",
        scene.course.master or "",
        area,
        key,
        label(area, key, one.now or pushed or one.wish.item),
        _state(one, lock),
        one.now,
        pushed,
        one.wish,
        _layer(scene, one),
        lock,
        _inherited(scene, one),
        pushed_by=brought,
        changed_by=_changed(past, one),
        uses=tuple(_uses(scene, area, key)),
        unread=sum(row.used_id is None for row in scene.below) if area in EVIDENCED else 0,
        since=_since(scene, one),
        steps=tuple(_steps(scene, area, key)),
    )


def _address(scene: Scene, area: Area, key: str) -> Address:
    number = scene.section.number if scene.section else ""
    return Address(scene.course.number, "", scene.calendar.name, number, area.value, key)


def _state(one: Stand, lock: LockTold) -> str:
    if one.linked is not None:
        return {True: LINKED_LOCKED, False: LINKED_UNLOCKED, None: LINKED}[lock.holds]
    if one.own is not None:
        return RESIDUAL if one.own.kept else LOCAL
    if one.pushed is not None:
        return DELETED
    return AWAITING if one.wish.item is not None else ABSENT


def _lock(scene: Scene, one: Stand, brought: Run | None) -> LockTold:
    """Its lock; that of the course's item where a section takes the course's."""
    if _inherited(scene, one) is not None:
        linked, own = (
            scene.course_holding.get(one.area, part).get(one.key) for part in (Part.LINKED, Part.OWN)
        )
        return lock_of(scene.follow, Lockable(one.area, one.key, linked, own))
    there = one.linked or (None if one.own else one.pushed)
    course = scene.course_holding if scene.on_section else None
    by_courses = brought is not None and from_courses(brought)
    return lock_of(scene.follow, Lockable(one.area, one.key, there, one.own, course, by_courses))


def _inherited(scene: Scene, one: Stand) -> Item | None:
    """The course's item where a section has none and takes the course's."""
    if one.now is not None or one.wish.why != "inherits":
        return None
    return present_item(scene.course_holding, one.area, one.key)


def _layer(scene: Scene, one: Stand) -> Layer:
    """Who decided what is there; where nothing is, who wants it or took it away."""
    below = "teacher" if scene.on_section else "course"
    if one.linked is None and one.own is not None:
        return _above(scene, one, earlier=True) if one.own.left else Layer(below)
    if one.pushed is not None and not same(one.linked, one.pushed):
        return Layer(below)
    if one.now is None and one.wish.item is None:
        return Layer("course", through=True) if _inherited(scene, one) else Layer("unknown")
    return _above(scene, one, earlier=_moved_on(scene, one))


def _moved_on(scene: Scene, one: Stand) -> bool:
    """Does the layer above say something else by now? Unknown (no catalog, no link) is no."""
    if one.linked is None or not one.wish.known or one.wish.why == "not_linked":
        return False
    master = scene.follow.master
    listed = master.setups.get(one.area, EMPTY).get(one.key) if master else None
    return not same(one.linked, listed if one.wish.why else one.wish.item)


def _above(scene: Scene, one: Stand, *, earlier: bool) -> Layer:
    """The layer above: the course where the item is its own, else the master or a setup that it uses."""
    own = scene.course_holding.get(one.area, Part.OWN).get(one.key)
    made = own is not None and not own.left and not own.kept
    if scene.on_section and (made or scene.course.catalog is None):
        return Layer("course", earlier=earlier)
    master = scene.follow.master
    origin = master.origins.get((one.area, one.key)) if master else None
    return Layer(origin.layer if origin else "master", origin, through=scene.on_section, earlier=earlier)


def _changed(past: Past, one: Stand) -> Run | None:
    """The run that made the item what it is, where that is not what was pushed."""
    if same(one.now, one.pushed):
        return None
    return past.run_of(one.area, one.key, one.now, present_item)


def _uses(scene: Scene, area: Area, key: str) -> Iterator[Uses]:
    """The counts by term, summed over sections."""
    terms: dict[int, list[Counts]] = defaultdict(list)
    sections: dict[int, set[int]] = defaultdict(set)
    for section, use, counts in scene.counts:
        if (use.area, use.key) == (area, key):
            terms[use.term].append(counts)
            sections[use.term].add(section)
    for term in sorted(terms):
        told = Counts(*(sum(column) for column in zip(*terms[term], strict=True)))
        yield Uses(term, told, len(sections[term]))


def _since(scene: Scene, one: Stand) -> Run | None:
    """The run that first left this residual in the section, or in any section of the course."""
    if one.linked is not None or one.own is None or not one.own.kept:
        return None
    run = scene.residuals.get((one.area, one.key))
    return None if run is None else scene.snapshot.run(run)


def _steps(scene: Scene, area: Area, key: str) -> Iterator[Step]:
    """What the next push from masters does with the item; where none carries it, one from courses."""
    judged = scene.from_masters if scene.carried(area) else None
    if judged is not None and judged.course.refused:
        yield Step("masters", "refuse", judged.course.refused)
        return
    push, outcome = ("masters", judged.host) if judged else ("courses", scene.from_courses)
    if outcome is not None:
        yield from _of_outcome(push, outcome, area, key)


def _of_outcome(push: str, outcome: Outcome, area: Area, key: str) -> Iterator[Step]:
    keys = {key} | {one.key for one in outcome.rekeys if (one.area, one.was) == (area, key)}
    told = [one for one in outcome.verdicts if one.area is area and one.key in keys]
    loud = [one for one in told if one.reason not in QUIET]
    for one in loud or told[:1]:
        by = tuple(reference(ref) for ref in one.by)
        reason = "residual" if one.row == STAYS_RESIDUAL else one.reason
        yield Step(push, one.action.value, reason, one.after, one.held, by)
