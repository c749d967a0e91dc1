"""One push for one course with its sections, a second time: row by row, one section after the other.

Written from domain.md 1-6 and decision record 1 alone, without cohorts and without laziness about
evidence, so that it can be compared with what the tool decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from reconciler.course import (
    Area,
    Holding,
    Item,
    Part,
    Ref,
    Rename,
    Use,
    Used,
    assessment_key,
    cell_key,
    cell_of,
    composite_key,
    composite_of,
    names,
    setup,
)
from reconciler.plan.wanted import Below, Wanted
from tests.naive.rows import TASKS, Held, Seen, hold, judge

Items = dict[str, Item]
Host = dict[tuple[Area, Part], Items]
Section = tuple[Holding, Used | None]
NAMING = (Area.CATEGORIES, Area.COMPOSITE_GRADES, Area.GRADE_CALC_OPTIONS, Area.ASSESSMENTS)
ROWS = (Area.COMPOSITE_GRADES, Area.COMPOSITE_WEIGHTS)
P, L, O = Part.PUSHED, Part.LINKED, Part.OWN  # noqa: E741 - the table's own letters


class NaiveResult(NamedTuple):
    """What is there after the push; `refused` where nothing was done."""

    refused: str
    course: Holding
    sections: tuple[Section, ...]


@dataclass
class Above:
    """What a section is offered, and what became of its course's tasks."""

    offered: dict[Area, Items]
    weights: Items = field(default_factory=dict)
    overwrite: frozenset[Area] = frozenset()
    editable: frozenset[tuple[Area, str]] = frozenset()
    residual: set[Ref] = field(default_factory=set)
    gone: set[Ref] = field(default_factory=set)
    held: set[tuple[Ref, int]] | Held = field(default_factory=set)
    fields: dict[Area, set[str]] = field(default_factory=dict)

    def holds(self, ref: Ref, term: int) -> bool:
        return self.held.holds(ref, term) if isinstance(self.held, Held) else (ref, term) in self.held


def opened(holding: Holding) -> Host:
    return {(area, part): dict(holding.get(area, part).by_key) for area in Area for part in Part}


def closed(host: Host) -> Holding:
    return Holding().put({place: setup(items.values()) for place, items in host.items()})


def here(host: Host, area: Area) -> Items:
    """Linked and own, in the order of keys."""
    return dict(sorted((host[area, L] | host[area, O]).items()))


def set_one(host: Host, area: Area, key: str, part: Part, one: Item | None) -> None:
    host[area, part].pop(key, None)
    if one is not None:
        host[area, part][one.key] = one


def drop(host: Host, area: Area, key: str) -> None:
    for part in Part:
        host[area, part].pop(key, None)


def push(want: Wanted, course: Holding, sections: Sequence[Section], terms: int = 0) -> NaiveResult:
    """A push from masters to one course and its sections (domain.md 3)."""
    untouched = NaiveResult("", course, tuple(sections))
    if terms and want.last_term > terms:
        return untouched._replace(refused="term_out_of_range")
    work = CoursePush(want, course, sections)
    if work.refused:
        return untouched._replace(refused="desynced")
    for host, uses in zip(work.below, work.uses, strict=True):
        push_section(work.above, host, Seen(None if uses is None else frozenset(uses)), uses)
    return work.result()


def push_from_courses(below: Below, course: Holding, sections: Sequence[Section]) -> NaiveResult:
    """A push from one course to its sections (domain.md 4); the course never changes."""
    above = Above(
        {area: dict(listed.by_key) for area, listed in below.setups.items()},
        dict(below.weights.by_key),
        below.overwrite,
        below.editable,
        set(below.residual),
        set(below.gone),
        set(below.held),
        {Area.COURSE_INFO: {"advisory"}},
    )
    done = []
    for holding, used in sections:
        host, uses = opened(holding), None if used is None else set(used)
        push_section(above, host, Seen(used), uses)
        done.append((closed(host), None if uses is None else frozenset(uses)))
    return NaiveResult("", course, tuple(done))


class CoursePush:
    """The first hop: everything that a master does to one course."""

    def __init__(self, want: Wanted, course: Holding, sections: Sequence[Section]) -> None:
        self.want, self.refused = want, False
        self.host = opened(course)
        self.below = [opened(holding) for holding, _ in sections]
        self.uses: list[set[Use] | None] = [None if used is None else set(used) for _, used in sections]
        for rename in want.renames:
            self.follow(rename)
        self.desired = {area: dict(listed.by_key) for area, listed in want.setups.items()}
        self.before = {place: dict(items) for place, items in self.host.items()}
        self.was_residual = residuals(self.host)
        self.held = Held({})
        self.see()
        self.missing = {area: self.missing_tasks(area) for area in self.desired}
        self.fields(Area.COURSE_INFO)
        self.fields(Area.CROSS_SITE)
        self.categories()
        self.tasks()
        self.composites()
        self.cells()
        self.list(Area.ASSESSMENTS, lambda _: False)
        self.lose_references()
        self.names()
        self.above = self.offer()

    def see(self) -> None:
        """Evidence of a course is the union over its sections; one unread section uses everything."""
        if any(uses is None for uses in self.uses):
            self.seen = Seen(None)
        else:
            self.seen = Seen(frozenset(use for uses in self.uses for use in uses or ()))

    def follow(self, rename: Rename) -> None:
        """P12, once, before anything is judged."""
        area, was, key = rename
        old_own = self.host[area, O].get(was)
        offered = was in self.host[area, L] or was in self.host[area, P]
        if not offered and not (old_own and old_own.left):
            return
        if any(key in self.host[area, part] for part in Part):
            return
        rekey(self.host, None, area, was, key)
        for host, uses in zip(self.below, self.uses, strict=True):
            rekey(host, uses, area, was, key)

    def missing_tasks(self, area: Area) -> set[str]:
        """L7: the desired items that name a task or standard which the course will not have."""
        if area not in NAMING:
            return set()
        there = set()
        for where in TASKS:
            inside = where in self.desired
            listed = (
                (set(self.desired[where]) | set(self.host[where, O])) if inside else here(self.host, where)
            )
            there |= {Ref(where, key) for key in listed}
        return {
            key
            for key, one in self.desired[area].items()
            if any(ref not in there for ref in names(area, one))
        }

    def fields(self, area: Area) -> None:
        """Only those that the master names are looked at."""
        for key in self.desired.get(area, {}):
            self.one(area, key, used=False)

    def list(self, area: Area, used, skip=(), relinks=lambda _: False, managed=lambda _: False) -> None:
        if area not in self.desired:
            return
        keys = {*self.desired[area], *self.host[area, P], *here(self.host, area)}
        for key in sorted(keys - self.missing[area] - set(skip)):
            self.one(area, key, used=used(key), relinks=relinks(key), managed=managed(key))

    def one(self, area: Area, key: str, *, used: bool, relinks: bool = False, managed: bool = False) -> None:
        old_linked, old_own = self.host[area, L].get(key), self.host[area, O].get(key)
        after = judge(
            course=True,
            area=area,
            editable=self.want.may_be_edited(area, key),
            overwrite=self.want.overwrite,
            d=self.desired[area].get(key),
            p=self.host[area, P].get(key),
            l=old_linked,
            own=old_own,
            used=used,
            seen=self.seen,
            relinks=relinks,
            managed=managed,
        )
        self.refused = self.refused or after.refuse
        for part, value in ((P, after.pushed), (L, after.linked), (O, after.own)):
            set_one(self.host, area, key, part, value)
        d, old = self.desired[area].get(key), old_linked or old_own
        editable = self.want.may_be_edited(area, key) and not self.want.overwrite
        rows = ("3", "15") if editable else ("3", "4", "15", "10")
        if area in TASKS and after.row in rows and d and old and after.linked:
            lists = tuple(old.get("terms", ())), tuple(d.get("terms", ()))
            if hold(area, old, d, self.seen, key).get("terms") != d.get("terms"):
                self.held.lists[Ref(area, key)] = (*lists, self.seen.terms(area, key))

    def categories(self) -> None:
        area = Area.CATEGORIES
        if area not in self.desired:
            return
        pairs = partners(self.host, self.desired[area])
        for key, own in pairs.items():
            if key in self.missing[area]:
                continue
            used = self.seen.used(area, own.key)
            self.pair(key, own, used)
        judged = {*pairs, *(own.key for own in pairs.values())}
        self.list(area, lambda key: self.seen.used(area, key), judged)

    def pair(self, key: str, own: Item, used: bool) -> None:
        """A category of the same name: rows 8, 12 and 16."""
        area = Area.CATEGORIES
        after = judge_pair(self.want.overwrite, self.desired[area][key], own, used, self.seen)
        set_one(self.host, area, own.key, O, after.own)
        set_one(self.host, area, key, P, after.pushed)
        set_one(self.host, area, key, L, after.linked)
        if after.row == "8":
            rekey(self.host, None, area, own.key, key)
            for host, uses in zip(self.below, self.uses, strict=True):
                rekey(host, uses, area, own.key, key)
            self.see()

    def tasks(self) -> None:
        stays = self.kept_tasks()
        for area in TASKS:
            self.list(area, lambda key, area=area: Ref(area, key) in stays)
        self.residual = residuals(self.host)
        self.gone = {
            Ref(area, key)
            for area in TASKS
            for key in old_here(self.before, area) - set(here(self.host, area))
        }

    def may_go(self) -> set[Ref]:
        """Linked and not desired; residual and not desired; in overwrite mode also own and not desired."""
        found = set()
        for area in TASKS:
            if area not in self.desired:
                continue
            for key, one in here(self.host, area).items():
                if key not in self.desired[area] and (
                    key in self.host[area, L] or one.kept or self.want.overwrite
                ):
                    found.add(Ref(area, key))
        return found

    def kept_tasks(self) -> set[Ref]:  # noqa: C901 - one closure, told in one go
        """The closure of R7: which of the tasks that may go are kept."""
        may_go = self.may_go()
        kept = {ref for ref in may_go if self.seen.used(*ref)}
        for area in NAMING:
            if area not in self.desired:
                kept |= {ref for one in here(self.host, area).values() for ref in names(area, one)}
        for key, one in here(self.host, Area.CATEGORIES).items():
            if one.kept or self.seen.used(Area.CATEGORIES, key):
                kept |= set(names(Area.CATEGORIES, one))
        reached = []
        for host, uses in zip(self.below, self.uses, strict=True):
            written = Area.CATEGORIES in self.want.down
            reach = section_reach(host, uses, self.given(Area.CATEGORIES), written)
            reach |= self.outside(host)
            reached.append(reach)
            kept |= reach
        kept &= may_go
        kept |= {ref for ref in self.was_residual if ref.area not in self.desired}
        stays = set(kept) - may_go
        while True:
            more = set(kept)
            for key in here(self.host, Area.COMPOSITE_GRADES):
                (parent, _), (child, _) = composite_of(key)
                more |= {child} if parent in kept else set()
            for host, reach in zip(self.below, reached, strict=True):
                for key in here(host, Area.COMPOSITE_GRADES):
                    (parent, _), (child, _) = composite_of(key)
                    if parent in kept and parent in reach:
                        reach.add(child)
                        more.add(child)
            if more & may_go | stays == kept:
                return kept
            kept = more & may_go | stays

    def outside(self, host: Host) -> set[Ref]:
        """What a section's own items name, in areas that this push does not write there."""
        found = set()
        for area in (Area.CATEGORIES, Area.COMPOSITE_GRADES, Area.GRADE_CALC_OPTIONS):
            if area not in self.want.down:
                found |= {ref for one in host[area, O].values() for ref in names(area, one)}
        return found

    def given(self, area: Area) -> Items:
        """What the course will have, its residuals apart."""
        return {key: one.mark() for key, one in here(self.host, area).items() if not one.kept}

    def composites(self) -> None:
        def used(key: str) -> bool:
            return composite_of(key)[0][0] in self.residual

        def relinks(key: str) -> bool:
            return self.relinks(composite_of(key)[0][0])

        self.list(Area.COMPOSITE_GRADES, used, relinks=relinks)
        drop_rows_of_gone(self.host, self.gone, Area.COMPOSITE_GRADES in self.desired)
        weights = Area.COMPOSITE_WEIGHTS
        if weights in self.desired:
            rows = here(self.host, Area.COMPOSITE_GRADES)
            self.missing[weights] |= {key for key in self.desired[weights] if key not in rows}
            self.list(weights, used, relinks=relinks)
        weights_follow(
            self.before,
            self.host,
            dict(self.want.weights.by_key),
            follow=weights not in self.desired and Area.COMPOSITE_GRADES in self.desired,
            relinks=relinks,
        )

    def relinks(self, ref: Ref) -> bool:
        """Was this task `kept` or `left` before, and is it desired? (row 15)"""
        old = self.before[ref.area, O].get(ref.key)
        return old is not None and (old.kept or old.left) and ref.key in self.desired.get(ref.area, {})

    def cells(self) -> None:
        area = Area.GRADE_CALC_OPTIONS
        if area not in self.desired:
            return

        def managed(key: str) -> bool:
            ref, term = cell_of(key)
            return (ref in self.residual and ref in self.was_residual) or self.held.holds(ref, term)

        self.list(area, lambda _: False, relinks=lambda key: self.relinks(cell_of(key)[0]), managed=managed)
        for key in list(self.host[area, O]):
            ref, _ = cell_of(key)
            if ref in self.gone or (ref in self.residual and ref not in self.was_residual):
                drop(self.host, area, key)

    def lose_references(self) -> None:
        if Area.ASSESSMENTS in self.desired:
            for key, one in list(self.host[Area.ASSESSMENTS, O].items()):
                if set(names(Area.ASSESSMENTS, one)) & self.gone:
                    drop(self.host, Area.ASSESSMENTS, key)
        if Area.CATEGORIES in self.desired:
            strip(self.host, self.gone)

    def names(self) -> None:
        if Area.CATEGORIES in self.desired:
            missing = self.missing[Area.CATEGORIES]
            wanted = {key: one for key, one in self.desired[Area.CATEGORIES].items() if key not in missing}
            settle_names(self.host, wanted)

    def offer(self) -> Above:
        down = self.want.down
        weights = Area.COMPOSITE_GRADES in down and Area.COMPOSITE_WEIGHTS not in self.desired
        return Above(
            {area: self.given(area) for area in down},
            self.given(Area.COMPOSITE_WEIGHTS) if weights else {},
            down if self.want.overwrite else frozenset(),
            self.want.editable,
            self.residual,
            self.gone,
            self.held,
            {Area.CROSS_SITE: set(self.desired.get(Area.CROSS_SITE, {}))},
        )

    def result(self) -> NaiveResult:
        below = tuple(
            (closed(host), None if uses is None else frozenset(uses))
            for host, uses in zip(self.below, self.uses, strict=True)
        )
        return NaiveResult("", closed(self.host), below)


def push_section(above: Above, host: Host, seen: Seen, uses: set[Use] | None) -> None:
    """The second hop: everything that a course does to one section. Changes `host` and `uses`."""
    before = {place: dict(items) for place, items in host.items()}
    categories_in = Area.CATEGORIES in above.offered
    if categories_in:
        seen = section_categories(above, host, seen, uses)
    reach = section_reach(host, uses, {}, written=False)
    rows_in = Area.COMPOSITE_GRADES in above.offered
    grown = True
    while grown:
        grown = False
        for key in here(before, Area.COMPOSITE_GRADES):
            (parent, _), (child, _) = composite_of(key)
            if parent in above.residual and parent in reach and child not in reach:
                reach.add(child)
                grown = True

    def row_used(key: str) -> bool:
        parent = composite_of(key)[0][0]
        return parent in above.residual and parent in reach

    section_list(above, host, seen, Area.COMPOSITE_GRADES, row_used)
    drop_rows_of_gone(host, above.gone, rows_in)
    weights = Area.COMPOSITE_WEIGHTS
    rows = here(host, Area.COMPOSITE_GRADES)
    skip = {key for key in above.offered.get(weights, {}) if key not in rows}
    section_list(above, host, seen, weights, row_used, skip)
    weights_follow(before, host, above.weights, follow=rows_in and weights not in above.offered)
    section_cells(above, host, seen)
    section_list(above, host, seen, Area.CROSS_SITE, lambda _: False)
    section_list(above, host, seen, Area.COURSE_INFO, lambda _: False)


def section_list(above: Above, host: Host, seen: Seen, area: Area, used, skip=()) -> None:
    if area not in above.offered:
        return
    offered = above.offered[area]
    keys = {*offered, *host[area, P], *here(host, area)} - set(skip)
    if area in above.fields:
        keys &= above.fields[area]
    for key in sorted(keys):
        after = judge(
            course=False,
            area=area,
            editable=editable(above, area, key),
            overwrite=area in above.overwrite,
            d=offered.get(key),
            p=host[area, P].get(key),
            l=host[area, L].get(key),
            own=host[area, O].get(key),
            used=used(key),
            seen=seen,
        )
        for part, value in ((P, after.pushed), (L, after.linked), (O, after.own)):
            set_one(host, area, key, part, value)


def editable(above: Above, area: Area, key: str) -> bool:
    return (area, key if area in (Area.COURSE_INFO, Area.CROSS_SITE) else "") in above.editable


def section_categories(above: Above, host: Host, seen: Seen, uses: set[Use] | None) -> Seen:
    area = Area.CATEGORIES
    offered = above.offered[area]
    pairs = partners(host, offered)
    for key, own in pairs.items():
        after = judge_pair(area in above.overwrite, offered[key], own, seen.used(area, own.key), seen)
        set_one(host, area, own.key, O, after.own)
        set_one(host, area, key, P, after.pushed)
        set_one(host, area, key, L, after.linked)
        if after.row == "8":
            move_uses(uses, area, own.key, key)
            seen = Seen(None if uses is None else frozenset(uses))
    skip = {*pairs, *(own.key for own in pairs.values())}
    section_list(above, host, seen, area, lambda key: seen.used(area, key), skip)
    strip(host, above.gone)
    settle_names(host, offered)
    return seen


def section_cells(above: Above, host: Host, seen: Seen) -> None:
    """R2 and R7: own cells of a residual or held task go unless the course has them; of a gone task too."""
    area = Area.GRADE_CALC_OPTIONS
    section_list(above, host, seen, area, lambda _: False)
    for key in list(host[area, O]) if area in above.offered else ():
        ref, term = cell_of(key)
        if ref in above.gone or ref in above.residual or above.holds(ref, term):
            drop(host, area, key)


def residuals(host: Host) -> set[Ref]:
    return {Ref(area, key) for area in TASKS for key, one in host[area, O].items() if one.kept}


def old_here(host: Host, area: Area) -> set[str]:
    return set(here(host, area))


def section_reach(host: Host, uses: set[Use] | None, offered: Items, written: bool) -> set[Ref]:
    """What a section uses, or names by a used category that it keeps."""
    seen = Seen(None if uses is None else frozenset(uses))
    reach = set() if uses is None else {Ref(use.area, use.key) for use in uses if use.area in TASKS}
    if uses is None:
        reach = EveryRef()
    for key, one in here(host, Area.CATEGORIES).items():
        own = key in host[Area.CATEGORIES, O]
        comes_back = written and own and one.left and key in offered
        if seen.used(Area.CATEGORIES, key) and not comes_back and (own or key not in offered):
            reach |= set(names(Area.CATEGORIES, one))
    return reach


class EveryRef(set):
    """What a section reaches whose uses were never read: whatever is asked for."""

    def __contains__(self, _: object) -> bool:
        return True


def partners(host: Host, desired: Items) -> Items:
    """For a desired category, the never-linked own one of the same name."""
    area = Area.CATEGORIES
    found = {}
    for key, d in sorted(desired.items()):
        if key in host[area, P] or key in host[area, L] or key in host[area, O]:
            continue
        for own in sorted(host[area, O].values(), key=lambda one: one.key):
            if own.get("name") == d.get("name") and not own.left and own.key not in desired:
                found[key] = own
                break
    return found


def judge_pair(overwrite: bool, d: Item, own: Item, used: bool, seen: Seen):
    return judge(
        course=True,
        area=Area.CATEGORIES,
        editable=False,
        overwrite=overwrite,
        d=d,
        p=None,
        l=None,
        own=own,
        used=used,
        seen=seen,
    )


def strip(host: Host, gone: set[Ref]) -> None:
    """R7: a category that stays loses the references to what goes."""
    for part in Part:
        for key, one in list(host[Area.CATEGORIES, part].items()):
            changes = {}
            for name, area in (("tasks", Area.GRADING_TASKS), ("standards", Area.STANDARDS)):
                old = tuple(one.get(name, ()))
                new = tuple(ref for ref in old if Ref(area, ref) not in gone)
                if new != old:
                    changes[name] = new or None
            if changes:
                host[Area.CATEGORIES, part][key] = one.with_fields(**changes)


def drop_rows_of_gone(host: Host, gone: set[Ref], written: bool) -> None:
    for key in list(host[Area.COMPOSITE_GRADES, O]) if written else ():
        (parent, _), (child, _) = composite_of(key)
        if parent in gone or child in gone:
            drop(host, Area.COMPOSITE_GRADES, key)


def weights_follow(before: Host, host: Host, given: Items, *, follow: bool, relinks=lambda _: False) -> None:
    """L5: what a weight does because of its row."""
    rows, weights = Area.COMPOSITE_GRADES, Area.COMPOSITE_WEIGHTS
    old_rows, new_rows = here(before, rows), here(host, rows)
    pushed_rows = before[rows, P] if follow else ()
    for key in {*old_rows, *pushed_rows} - set(new_rows):
        drop(host, weights, key)
    for key in new_rows if follow else ():
        linked, own = host[weights, L].get(key), host[weights, O].get(key)
        row, old_own = host[rows, O].get(key), before[rows, O].get(key)
        if key not in old_rows and key in host[rows, L] and not linked and not own and key in given:
            host[weights, L][key] = host[weights, P][key] = given[key].mark()
        if row is not None and row.kept and not (old_own and old_own.kept) and (linked or own):
            drop(host, weights, key)
            left = linked is not None or own.left
            host[weights, O][key] = (linked or own).mark(left=left, kept=True)
        if row is not None and not row.kept and old_own and old_own.kept and own:
            host[weights, O][key] = own.mark()
        back = old_own and (old_own.kept or old_own.left or relinks(key))
        if key in host[rows, L] and back and own:
            drop(host, weights, key)
            host[weights, L][key] = host[weights, P][key] = own.mark()


def settle_names(host: Host, desired: Items) -> None:
    """C1 and C2, over everything that stays."""
    area = Area.CATEGORIES
    clean = {key: str(one.get("name")) for key, one in desired.items()}
    staying = here(host, area)
    taken = {*clean.values(), *(str(one.get("name")) for one in staying.values())}
    for key, one in staying.items():
        if not any(name == one.get("name") and other != key for other, name in clean.items()):
            continue
        new = free_name(str(one.get("name")), taken)
        taken.add(new)
        twin = host[area, P].get(key)
        for part in (L, O):
            if key in host[area, part]:
                host[area, part][key] = one.with_fields(name=new)
        if twin is not None and twin.same(one):
            host[area, P][key] = twin.with_fields(name=new)


def free_name(name: str, taken: set[str]) -> str:
    stem = name
    if name.endswith(")") and " (" in name:
        front, _, number = name[:-1].rpartition(" (")
        if number.isdigit():
            stem = front
    number = 1
    while True:
        ending = f" ({number})"
        new = stem[: 50 - len(ending)] + ending
        if new not in taken:
            return new
        number += 1


def rekey(host: Host, uses: set[Use] | None, area: Area, was: str, key: str) -> None:
    """One item's new key in one host: the item, everything that names it, and its uses."""
    if key in here(host, area):
        return
    items = {part: host[area, part].get(was) for part in Part}
    if any(items.values()):
        host[area, P].pop(key, None)
    for part, one in items.items():
        if one is not None:
            set_one(host, area, was, part, one._replace(key=key))
    if area in TASKS:
        for where in (*NAMING, Area.COMPOSITE_WEIGHTS):
            rename_all(host, where, Ref(area, was), key)
    move_uses(uses, area, was, key)


def move_uses(uses: set[Use] | None, area: Area, was: str, key: str) -> None:
    for use in list(uses or ()):
        if (use.area, use.key) == (area, was):
            uses.remove(use)
            uses.add(use._replace(key=key))


def rename_all(host: Host, area: Area, old: Ref, key: str) -> None:
    """Where two items meet under one key, the one that is there stays; one that was only pushed does not."""
    renamed = [
        (part, one.key, rename_refs(area, one, old, key))
        for part in Part
        for one in host[area, part].values()
    ]
    moved = {was for _, was, new in renamed if new.key != was}
    there = set(here(host, area)) - moved
    for _, was, new in renamed:
        if new.key != was:
            drop(host, area, was)
            if new.key not in there:
                drop(host, area, new.key)
    for part, was, new in renamed:
        if was in host[area, part]:
            host[area, part][was] = new
    for part, was, new in renamed:
        if new.key != was and new.key not in there:
            host[area, part][new.key] = new


def rename_refs(area: Area, one: Item, old: Ref, key: str) -> Item:
    new = Ref(old.area, key)

    def moved(ref: Ref) -> Ref:
        return new if ref == old else ref

    if area is Area.CATEGORIES:
        name = "tasks" if old.area is Area.GRADING_TASKS else "standards"
        listed = tuple(one.get(name, ()))
        if old.key not in listed:
            return one
        return one.with_fields(**{name: tuple(sorted({key if ref == old.key else ref for ref in listed}))})
    if area is Area.GRADE_CALC_OPTIONS:
        ref, term = cell_of(one.key)
        return one._replace(key=cell_key(moved(ref), term))
    if area is Area.ASSESSMENTS:
        test, _, standard = one.key.partition("<")
        return (
            one._replace(key=assessment_key(test, moved(Ref(Area.STANDARDS, standard)).key))
            if standard
            else one
        )
    (parent, parent_term), (child, child_term) = composite_of(one.key)
    return one._replace(key=composite_key(moved(parent), parent_term, moved(child), child_term))
