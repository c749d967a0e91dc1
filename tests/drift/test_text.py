"""What drift says: what is to be mended first, what may stay and why, and ways out that can be carried out."""

from __future__ import annotations

import shlex

import pytest

from reconciler.course import Area, Exemption, Lock, Locks, Part, setup
from reconciler.drift import lines
from reconciler.drift.plain import to_json
from reconciler.drift.text import render
from reconciler.policy import Finding, Waiver
from tests.drift.drifting import CATALOG, MASTER, drifted, pushed, to, without
from tests.small import catalog, category, from_courses, held, info, listed, locked, master, scope

NOTHING = "Nothing that is to be mended was changed below since it was pushed."
CHANGED = "  Homework (category): weight 20 -> 50 in 1 course; master 0401"


def said(drift, *, verbose: bool = False, catalogs=(), expired=()) -> list[str]:
    return render(drift, expired, catalogs, verbose=verbose, width=2000).splitlines()


def changed(small, weight: object = 50) -> None:
    """One course in which Homework was changed."""
    course, _ = pushed(small)
    small.edit(to(weight), course=course)


def test_nothing_to_mend_is_one_line(small):
    pushed(small)
    assert said(drifted(small, CATALOG)) == [NOTHING]


def test_drift_is_told_with_every_way_out(small):
    changed(small)
    assert said(drifted(small, CATALOG), catalogs=["hs.yaml", "my catalogs"]) == [
        "Changed below since it was pushed: 1 item in 1 course.",
        "",
        "Changed below",
        CHANGED,
        "",
        "Ways out",
        "  Put it back (the plan is shown and asked about first):",
        "    reconcile relink \\",
        "      0401@hill-27 \\",
        "      --catalog hs.yaml \\",
        "      --catalog 'my catalogs'",
        "  Let the master say it (shown as a diff; --write edits the YAML):",
        "    reconcile drift hs.yaml 'my catalogs' --adopt",
        "  Let it stay for a while (prints an entry for reconcile.yaml):",
        "    reconcile drift hs.yaml 'my catalogs' --waive ADDRESS",
    ]


def test_what_a_teacher_changed_is_not_for_a_master_to_say(small):
    _, section = pushed(small)
    small.edit(to(50), section=section)
    told = said(drifted(small, CATALOG))
    assert told[0] == "Changed below since it was pushed: 1 item in 1 section."
    assert not [one for one in told if "--adopt" in one]
    assert "    reconcile apply --to-sections --year 2027 \\" in told


@pytest.mark.parametrize(
    ("other", "title", "why"),
    [
        ({"locks": Locks({Area.CATEGORIES: Lock.EDITABLE})}, "Edited below, as the catalog allows",
         "      the catalog makes it editable: it is pushed, and an edit made below is kept"),
        ({"locks": Locks()}, "Changed below where no lock holds",
         "  1 change in 1 course: the catalog does not lock it, so it may be changed below and is never pushed"),
        ({"ignored": (Exemption("0401", "pilot"),)}, "Changed below where no lock holds",
         "  1 change in 1 course: it is marked Ignore Master Push, so its school manages it (P2)"),
        ({"exempt": (Exemption("hill*", "summer"),)}, "Changed below where no lock holds",
         "  1 change in 1 course: the catalog declares its calendar exempt, so its school manages it (P2)"),
    ],
)  # fmt: skip
def test_what_may_stay_is_told_apart_with_its_reason_and_no_way_out(small, other, title, why):
    changed(small)
    told = said(drifted(small, catalog(MASTER, **other)))
    assert told[:3] == [NOTHING, "", title]
    assert why in told
    assert "Ways out" not in told


def test_what_is_only_counted_is_listed_when_asked(small):
    changed(small)
    free = drifted(small, catalog(MASTER, locks=Locks()))
    assert CHANGED not in said(free)
    told = said(free, verbose=True)
    assert told[3:] == [
        CHANGED,
        "      the catalog does not lock it, so it may be changed below and is never pushed",
        "      0401@hill-27#categories/Homework",
    ]


def test_what_the_catalog_wants_by_now_needs_nothing(small):
    changed(small)
    wish = catalog(master(categories=[category("Homework", 50), category("Tests", 80)]))
    assert said(drifted(small, wish)) == [
        NOTHING, "", "Changed below, and the catalog wants the same by now", CHANGED,
    ]  # fmt: skip


def test_a_waiver_says_whose_it_is_and_until_when(small):
    changed(small)
    waiver = Waiver("0401@hill-27#*", "a pilot", "Ada", "2026-12-31")
    assert said(drifted(small, CATALOG, waivers=(waiver,))) == [
        NOTHING, "", "Waived", CHANGED, "      waived by Ada until 2026-12-31: a pilot",
    ]  # fmt: skip


def test_a_waiver_that_has_expired_is_told_with_what_to_do(small):
    changed(small)
    found = Finding("waiver_expired", "the waiver of Ada has expired", refuses=False, how="Settle it.")
    told = said(drifted(small, CATALOG), expired=[found])
    assert "Waivers that have expired, and no longer count" in told
    assert "  ! the waiver of Ada has expired. Settle it." in told


def test_sections_below_a_waived_course_can_not_be_put_back(small):
    course, section = pushed(small)
    small.edit(to(50), course=course)
    small.edit(to(60), section=section)
    waiver = Waiver("0401@hill-27#*", "pilot", "Ada", "2026-12-31")
    told = said(drifted(small, CATALOG, waivers=(waiver,)))
    assert (
        "  ! The sections of 1 course can't be put back, as long as the course's own change is waived: a push "
        "fails for a course that drifted (P5)."
    ) in told
    assert not [one for one in told if "Put it back" in one]


def test_a_waived_field_of_a_course_holds_no_section_back(small):
    wish = catalog(MASTER, locks=locked(Area.CATEGORIES, department=Lock.LOCKED))
    was, now = (listed(course_info=info(department=name)) for name in ("Math", "Science"))
    course = small.course(holding=held(linked=now, pushed=was))
    linked, pushed_ = (listed(categories=[category("Homework", weight)]) for weight in (50, 20))
    small.section(course, held(linked=linked, pushed=pushed_))
    waiver = Waiver("0401@hill-27#*", "pilot", "Ada", "2026-12-31")
    found = drifted(small, wish, waivers=(waiver,))
    assert [one.standing.code for one in found.groups] == ["waived", "open"]
    assert [one for one in said(found) if one.startswith("    reconcile apply")]


def test_hundreds_of_courses_are_folded_in_text_but_not_when_asked(small):
    courses = [small.course(f"{number:04}", master="0401") for number in range(40)]
    small.apply(CATALOG)
    for course in courses:
        small.edit(to(50), course=course)
    found = drifted(small, CATALOG)
    brief, full = said(found), said(found, verbose=True)
    assert "      ... and 16 more lines; -v shows all" in brief
    assert "      0039@hill-27" not in brief
    assert "      0039@hill-27" in full
    (command,) = to_json(found, ())["put_back"]
    assert len(shlex.split(command.replace("\\\n", " "))) == 42


def test_many_changes_are_folded_to_a_count(small):
    course = small.course()
    names = [f"C{number:02}" for number in range(30)]
    wish = catalog(master(categories=[category(name, 1) for name in names]))
    small.apply(wish)
    changes = setup([category(name, 2) for name in names])
    small.edit(lambda holding: holding.put({(Area.CATEGORIES, Part.LINKED): changes}), course=course)
    found = drifted(small, wish)
    assert "  ... and 5 more lines; -v shows all" in said(found)
    assert len([one for one in said(found, verbose=True) if "weight 1 -> 2" in one]) == 30


def test_many_masters_are_folded_to_a_count(small):
    numbers = [f"04{number:02}" for number in range(5)]
    courses = [small.course(number, master=number) for number in numbers]
    all_ = catalog(*(master(number, categories=[category("Homework", 20)]) for number in numbers))
    small.apply(all_)
    for course in courses:
        small.edit(to(50), course=course)
    (line,) = [one for one in said(drifted(small, all_)) if "Homework" in one]
    assert line.endswith("in 5 courses; master 0400, 0401, 0402 and 2 more")


def test_an_unlinked_course_has_sections_but_no_master(small):
    was, now = (listed(categories=[category("Lab", weight, key="course/Lab")]) for weight in (5, 9))
    course = small.course(holding=held(own=was), catalog=None, master=None)
    small.section(course, held(linked=now, pushed=was))
    told = said(drifted(small))
    assert "  Lab (category): weight 5 -> 9 in 1 section of 1 course" in told
    small.apply(by=from_courses())
    assert said(drifted(small)) == [NOTHING]


@pytest.mark.parametrize(
    ("area", "was", "now", "field", "old", "new"),
    [
        ("categories", category("Homework", 20), category("Practice", 20, key="Homework"), "name", "Homework",
         "Practice"),
        ("categories", category("Homework", 20, drop_lowest=1), category("Homework", 20), "drop_lowest", "1", "0"),
        ("course_info", info(department="Math")[0], info(department="Science")[0], "", "Math", "Science"),
        ("course_info", info(honors=True)[0], None, "", "yes", "gone"),
        ("categories", category("Homework", 20), None, "", "weight 20", "gone"),
    ],
)  # fmt: skip
def test_a_line_is_one_field_old_and_new(small, area, was, now, field, old, new):
    linked = listed(**{area: [now] if now else []})
    small.course(holding=held(linked=linked, pushed=listed(**{area: [was]})))
    wish = catalog(MASTER, locks=locked(Area.CATEGORIES, Area.COURSE_INFO))
    (line,) = lines(drifted(small, wish))
    assert (line.field, line.old, line.new) == (field, old, new)
    assert f"{f' {field}' if field else ''} {old} -> {new} in 1 course" in "\n".join(
        said(drifted(small, wish))
    )


def test_a_deleted_task_without_fields_was_there(small):
    course, _ = pushed(small)
    small.edit(lambda holding: holding.put({(Area.GRADING_TASKS, Part.LINKED): setup([])}), course=course)
    (line,) = lines(drifted(small, CATALOG))
    assert (line.old, line.new) == ("there", "gone")


def test_what_is_to_be_mended_comes_first_and_courses_before_sections(small):
    course, section = pushed(small)
    other = small.course("0402", master="0402", holding=small.holding(course=course))
    for host in ({"section": section}, {"course": course}):
        small.edit(without("Tests"), **host)
    small.edit(to(50), course=other)
    waiver = Waiver("0402@hill-27#*", "pilot", "Ada", "2026-12-31")
    both = catalog(MASTER, master("0402", categories=[category("Homework", 20), category("Tests", 80)]))
    found = lines(drifted(small, both, waivers=(waiver,)))
    assert [(one.standing.code, one.on_section, one.label) for one in found] == [
        ("open", False, "Tests"), ("open", True, "Tests"), ("waived", False, "Homework"),
    ]  # fmt: skip


@pytest.mark.parametrize("width", [60, 80])
def test_every_line_fits_its_page(small, width):
    small.calendar("lake-27", "Lake High")
    courses = [small.course(), small.course(calendar="lake-27")]
    for course in courses:
        small.section(course)
    small.apply(CATALOG, by=scope("hill-27", "lake-27"))
    for course in courses:
        small.edit(to(50), course=course)
    waiver = Waiver("0401@lake-27#*", "a pilot that takes longer than anybody thought", "Ada", "2026-12-31")
    found = drifted(small, CATALOG, waivers=(waiver,))
    for verbose in (False, True):
        assert max(map(len, render(found, (), verbose=verbose, width=width).splitlines())) <= width
