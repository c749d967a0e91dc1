"""What a story says in every state that an item, a list, a section or a course may be in."""

from __future__ import annotations

import re

import pytest

from reconciler.course import Area, Counts
from reconciler.story.text import counts_text, render
from tests.small import catalog, category, held, listed, master, task
from tests.story import scenes
from tests.story.telling import COURSE, SECTION, tell

LOCKED = "holds: the catalog locks it, so nobody at the school can change or delete it"
UNLOCKED = "none holds: the catalog does not lock it, so it may be changed below and is never pushed"
OWN = "none holds: it was made below, so it is the school's own"
MASTER = 'by master 0401 of "hs"'
ORIGIN = f"{MASTER} (hs.yaml:7)"
VIA = ", by way of its course"
NO_LONGER = "; pushed before, and no longer said there"
AT_REST = "changes nothing: it is as it is wanted"
NO_EVIDENCE = "it has no evidence of its own; assignments and grades point at other things"
RUN = re.compile(r"run (\d+) \((\w+)\) of .+?, \d{4}-\d\d-\d\d \d\d:\d\d \S+")
MADE = (
    "a push from masters makes it (created): the template has it, and it is not there yet. It becomes: weight"
)
FAILS = (
    "a push from masters fails for the course (desynced): something linked was changed below, so the push fails "
    "for this course (P5). Put it back by hand, or `reconcile relink` the course."
)
IMPORTED = "below, and seen by an import"


@pytest.fixture
def said(small):
    """Tell a scene: its first line under "", then every paragraph under the word before it."""

    def told(scene) -> dict[str, str]:
        asked = scene(small)
        lines = render(tell(small, asked.address, *asked.catalogs), width=2000).splitlines()
        assert lines[1].startswith("0401@hill-27")
        found = {line[:11].strip(): RUN.sub(r"run \1 (\2)", line[11:]) for line in lines[2:] if line}
        return {"": lines[0]} | found

    return told


@pytest.mark.parametrize(
    ("scene", "expected"),
    [
        (scenes.locked_item, {
            "": "Category Homework: linked & locked.", "Now": "weight 20", "Pushed": "the same",
            "Desired": "the same", "Decided": ORIGIN, "Lock": LOCKED, "Brought": "as it is by run 1 (apply)",
            "Uses": "none", "Next": f"a push from masters {AT_REST}",
        }),
        (scenes.by_named_setup, {
            "Decided": f'by the named setup core, which master 0401 of "hs" uses (shared.yaml:7){VIA}',
        }),
        (scenes.unlocked_item, {
            "": "Category Homework: linked & unlocked.", "Decided": ORIGIN, "Lock": UNLOCKED,
            "Desired": "nothing: the catalog does not lock it, so no push from masters carries it",
            "Next": "no push carries it: the catalog does not lock it, so no push from masters carries it",
        }),
        (scenes.editable_item, {
            "": "Category Homework: linked & unlocked (drift).", "Now": "weight 50", "Pushed": "weight 20",
            "Desired": "weight 20", "Decided": "by the school, at the course", "Changed": IMPORTED,
            "Lock": "none holds: the catalog makes it editable: it is pushed, and an edit made below is kept",
            "Next": "a push from masters keeps it as it is (edited_below): it is editable, and the edit made "
            "below is kept (L4)",
        }),
        (scenes.moved_on, {
            "Now": "weight 20", "Desired": "weight 35", "Decided": ORIGIN + VIA + NO_LONGER,
            "Next": "a push from masters changes it (updated): the template moved on. It becomes: weight 35",
        }),
        (scenes.desynced, {
            "": "Category Homework: linked & locked (drift).", "Decided": "by the school, at the course",
            "Lock": LOCKED,
            "Next": FAILS,
        }),
        (scenes.teachers_change, {
            "": "Category Homework: linked & locked (drift).", "Decided": "by the teacher, at the section",
            "Brought": "as it is by run 1 (apply)", "Changed": "by run 2 (other)",
            "Next": "a push from masters puts it back (put_back): it was changed below while it was linked "
            "(drift). It becomes: weight 20. Ask who changed it; if schools may, make it editable.",
        }),
        (scenes.deleted_below, {
            "": "Category Homework: deleted below.", "Now": "nothing", "Pushed": "weight 20",
            "Decided": "by the teacher, at the section", "Lock": LOCKED, "Changed": IMPORTED,
        }),
        (scenes.teachers_own, {
            "": "Category Lab: local.", "Pushed": "never", "Desired": "nothing: the course does not give it",
            "Decided": "by the teacher, at the section", "Lock": OWN,
            "Next": "a push from masters leaves it alone: it was made below",
        }),
        (scenes.schools_own, {
            "": "Category Lab: local.", "Desired": "nothing: the master does not list it",
            "Decided": "by the school, at the course", "Lock": OWN,
        }),
        (scenes.residual, {
            "": "Category Homework: residual.", "Now": "weight 20", "Pushed": "no longer",
            "Decided": MASTER + VIA + NO_LONGER, "Residual": "since run 2 (apply)",
            "Lock": "none holds: it is a residual, and residuals are unlocked (R5)",
            "Uses": "term 1: 3 assignments and 40 scores; term 2: 1 assignment",
            "Next": "a push from masters keeps it as it is (residual): the template no longer has it, and it "
            "stays because it is used (R1). Let teachers realign or delete what uses it; the next push removes "
            "it.",
        }),
        (scenes.relinked_residual, {
            "": "Category Homework: residual.", "Desired": "weight 30",
            "Next": "a push from masters links it again (relinked): it is declared again, or overwritten: the "
            "same row and grades, linked again",
        }),
        (scenes.dormant, {
            "": "Category Homework: linked & unlocked.", "Pushed": "the same",
            "Decided": "by its master of then", "Lock": "none holds: it is linked to no master",
            "Desired": "nothing: the course is linked to no master, so nothing above wants anything of it",
            "Next": "no push carries it: the course is linked to no master, so nothing above wants anything of it",
        }),
        (scenes.ignored, {
            "Desired": "nothing: the course is marked Ignore Master Push (P2)", "Decided": ORIGIN + NO_LONGER,
            "Lock": "none holds: it is marked Ignore Master Push, so its school manages it (P2)",
            "Next": "no push carries it: the course is marked Ignore Master Push (P2)",
        }),
        (scenes.exempt, {
            "Lock": "none holds: the catalog declares its calendar exempt, so its school manages it (P2)",
            "Next": f"a push from courses {AT_REST}",
        }),
        (scenes.not_served, {
            "Desired": "nothing: the catalog is not for this school and school year", "Decided": ORIGIN,
        }),
        (scenes.master_missing, {
            "Desired": "nothing: the master has left the catalog (P1)", "Decided": MASTER + NO_LONGER,
        }),
        (scenes.inactive, {"Desired": "the same", "Next": f"a push from courses {AT_REST}"}),
        (scenes.without_catalogs, {
            "": "Category Homework: linked.", "Decided": MASTER,
            "Desired": "unknown: the catalog was not read; name it behind the address",
            "Lock": "unknown: its catalog is not among those that were read",
            "Next": "nothing known, without the catalog",
        }),
        (scenes.awaiting, {
            "": "Category Homework: awaiting a push.", "Now": "nothing", "Pushed": "never", "Decided": ORIGIN,
            "Lock": "none holds: there is nothing that could be locked",
            "Uses": "none; 1 section whose uses were never read count as used", "Next": f"{MADE} 20",
        }),
        (scenes.dropped_above, {
            "Desired": "nothing: the master does not list it", "Decided": MASTER + NO_LONGER,
            "Next": "a push from masters removes it (deleted): the template no longer has it, and nothing uses it",
        }),
        (scenes.inherited_task, {
            "": "Grading task Final: not there.", "Pushed": "never", "Decided": "by its course", "Lock": LOCKED,
            "Now": "nothing of its own; the course's counts: credit 1",
            "Desired": "nothing: sections have none of their own here and take the course's",
        }),
        (scenes.inherited_field, {
            "": "Field department: not there.", "Now": "nothing of its own; the course's counts: Math",
            "Lock": OWN, "Uses": NO_EVIDENCE,
            "Next": "no push carries it: sections have none of their own here and take the course's",
        }),
        (scenes.filled_below, {
            "": "Field advisory: local.", "Now": "no", "Desired": "yes", "Lock": OWN,
            "Next": "a push from courses keeps it as it is (filled_below): a section's own value wins, and no "
            "push clears it (S2)",
        }),
        (scenes.filled_after_a_push, {
            "": "Field advisory: linked & unlocked (drift).", "Brought": "by no run of the journal",
            "Lock": "none holds: a section fills in its own fields, and its value wins (S2)",
        }),
        (scenes.field_unlocked, {
            "": "Field department: local.", "Now": "Math", "Decided": "by the school, at the course",
            "Desired": "nothing: the catalog does not lock it, so no push from masters carries it",
        }),
        (scenes.field_not_named, {
            "Desired": "nothing: the master does not name this field, so it is neither compared nor written",
        }),
        (scenes.field_taken_over, {
            "Now": "Maths", "Desired": "Math", "Lock": LOCKED,
            "Next": "a push from masters takes the field over (taken_over): a field that was filled below before "
            "it was pushed gets the template's value. It becomes: Math",
        }),
        (scenes.pushed_from_courses, {
            "": "Category Lab: linked & locked.", "Decided": "by its course",
            "Lock": "holds: it came from its course, which still has it, so a teacher can't change or delete it "
            "(S3)",
            "Next": f"a push from courses {AT_REST}",
        }),
        (scenes.dropped_by_the_course, {
            "": "Category Lab: linked & unlocked.", "Decided": "by its course" + NO_LONGER,
            "Lock": "none holds: it came from its course, which has it no longer (S3)",
            "Next": "a push from courses removes it (deleted): the template no longer has it, and nothing uses it",
        }),
        (scenes.made_beside_the_master, {
            "": "Grade calc option Final, term 1: local.", "Lock": LOCKED,
            "Now": "calculation in_progress; use_percent yes", "Desired": "calculation in_progress",
        }),
        (scenes.strands_grades, {
            "Uses": "term 2: 4 posted grades",
            "Next": "a push from masters keeps it as it is (used): the change would strand grades: a term, an "
            "alignment or a score group in use (P10); it keeps its terms. Let teachers move what uses it, or "
            "leave the master as it was.",
        }),
        (scenes.kept_by_reference, {
            "Now": "there",
            "Next": "a push from masters keeps it as it is (referred_to): the template no longer has it, and it "
            "stays because something that stays names it (R7); it is named by category Homework. Change what "
            "names it, or bring it into the push.",
        }),
        (scenes.names_no_task, {
            "Next": "a push from masters refuses it (missing_task): it names a task or standard that the course "
            "will not have (L7). Lock and tick grading tasks and standards, or add the task at the course.",
        }),
        (scenes.renamed_aside, {
            "Next": "a push from masters renames it (renamed): a teacher's own item steps aside for a pushed one "
            "of its name, or `was:` renames it. It becomes: name Homework (1); weight 5. Tell the teachers; "
            "nothing is lost.",
        }),
        (scenes.siblings_residual, {
            "": "Category Homework: not there.", "Now": "nothing", "Pushed": "never",
            "Decided": "by nobody: it is not there, and nothing above wants it",
            "Lock": "none holds: there is nothing that could be locked",
        }),
        (scenes.second_hop_pending, {
            "": "Category Homework: awaiting a push.", "Decided": ORIGIN + VIA, "Next": f"{MADE} 20",
        }),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)  # fmt: skip
def test_an_item_says(said, scene, expected):
    told = said(scene)
    assert {name: told.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("scene", "absent"),
    [
        (scenes.locked_item, {"Changed", "Residual"}),
        (scenes.teachers_own, {"Brought", "Changed", "Residual"}),
        (scenes.awaiting, {"Brought", "Changed"}),
        (scenes.residual, {"Brought", "Changed"}),
    ],
)
def test_an_item_says_nothing_that_does_not_concern_it(said, scene, absent):
    assert not absent & set(said(scene))


def test_a_push_may_do_two_things_with_an_item(small):
    small.section(small.course())
    small.apply(catalog(master(grading_tasks=[task("Final", terms=[1, 2], credit="1")])))
    small.grade(1, Area.GRADING_TASKS, "Final", 2, Counts(posted=4))
    wish = catalog(master(grading_tasks=[task("Final", terms=[1], credit="2")]))
    lines = render(tell(small, f"{COURSE}#grading_tasks/Final", wish), width=2000).splitlines()
    (line,) = [one for one in lines if one.startswith("  Next")]
    assert "changes it (updated)" in line
    assert "; it keeps its terms. It becomes: credit 2; terms 1, 2" in line


def host(small, scene, address: str, *, verbose: bool = False) -> list[str]:
    """The lines of a course, section or list of a scene."""
    asked = scene(small)
    told = render(tell(small, address, *asked.catalogs), verbose=verbose, width=2000)
    return [RUN.sub(r"run \1 (\2)", one) for one in told.splitlines() if one]


@pytest.mark.parametrize(
    ("scene", "address", "expected"),
    [
        (scenes.locked_item, COURSE, [
            "0401 Course 0401", COURSE, "  Where    hill-27, Hill High", "  State    Linked",
            '  Master   0401 Course 0401 of "hs" (hs.yaml:3)', "  Below    1 section",
            "  Run      last written by run 1 (apply)", "  Next     a push changes nothing",
            "  categories [locked]: 1 linked & locked", "  grading_tasks [locked]: nothing",
            "What is not at rest", "  Nothing.",
        ]),
        (scenes.locked_item, SECTION, [
            "section 1 of 0401 Course 0401, Ms. Bell", SECTION, "  State    Linked",
            "  categories [locked]: 1 linked & locked",
        ]),
        (scenes.desynced, COURSE, [
            "  State    Desynced",
            f"  Next     {FAILS}",
            "  categories [locked]: 1 linked & locked; 1 drifted",
            "  Homework (category): linked & locked; pushed weight 20, now weight 50",
        ]),
        (scenes.deleted_below, SECTION, [
            "  categories [locked]: 1 deleted below; 1 drifted",
            "  Homework (category): deleted below; pushed weight 20, now nothing there",
            "  Next     a push from masters: 1 put_back",
        ]),
        (scenes.awaiting, COURSE, [
            "  Uses     never read in 1 section, which counts as used", "  Run      never written by a push",
            "  categories [locked]: 1 awaiting a push; 1 awaiting",
            "  Homework (category): awaiting a push; now nothing there, desired weight 20",
            "  Next     a push from masters: 1 created",
        ]),
        (scenes.dropped_above, COURSE, [
            "  categories [locked]: 1 linked & locked; 1 awaiting",
            "  Homework (category): linked & locked; now weight 20, desired gone",
        ]),
        (scenes.residual, SECTION, ["  Homework (category): residual; weight 20"]),
        (scenes.dormant, COURSE, [
            "  State    Course Controlled: it is linked to no master", "  categories: 1 linked & unlocked",
            "  Next     a push changes nothing",
        ]),
        (scenes.ignored, COURSE, [
            "  State    Course Controlled: it is marked Ignore Master Push, so its school manages it (P2)",
        ]),
        (scenes.exempt, SECTION, [
            "  State    Course Controlled: the catalog declares its calendar exempt, so its school manages it (P2)",
        ]),
        (scenes.not_served, COURSE, [
            "  State    Course Controlled: its catalog is not for this school and school year",
        ]),
        (scenes.master_missing, COURSE, [
            "  State    Course Controlled: its master has left the catalog (P1)", '  Master   0401 of "hs"',
        ]),
        (scenes.without_catalogs, COURSE, [
            "  State    unknown: its catalog is not among those that were read", "  categories: 1 linked",
            "  Next     nobody knows what a push from masters does, without the catalog",
        ]),
        (scenes.field_taken_over, COURSE, ["  course_info [some fields]: 1 local; 1 awaiting"]),
        (scenes.unlocked_item, COURSE, ["  categories [unlocked]: 1 linked & unlocked"]),
        (scenes.editable_item, COURSE, [
            "  categories [editable]: 1 linked & unlocked; 1 drifted",
            "  Next     a push from masters: 1 edited_below",
        ]),
        (scenes.dropped_by_the_course, SECTION, ["  Next     a push from courses: 1 deleted"]),
        (scenes.teachers_own, f"{SECTION}#categories", [
            "categories: section 1 of 0401 Course 0401, Ms. Bell", f"{SECTION}#categories", "Items",
            "  Homework: awaiting a push; now nothing there, desired weight 20", "  Lab: local; weight 5",
        ]),
        (scenes.locked_item, f"{COURSE}#standards", ["standards: 0401 Course 0401", "Items", "  Nothing."]),
    ],
)  # fmt: skip
def test_a_course_a_section_and_a_list_say(small, scene, address, expected):
    told = host(small, scene, address)
    assert [one for one in expected if one not in told] == [], "\n".join(told)


def test_a_long_list_of_what_waits_is_folded_unless_asked(small):
    small.course()
    wish = catalog(master(categories=[category(f"C{number:02}", 1) for number in range(30)]))
    brief, full = (
        render(tell(small, COURSE, wish), verbose=verbose).splitlines() for verbose in (False, True)
    )
    assert brief[-1] == "  ... and 5 more items; -v shows all"
    assert len([one for one in full if "(category): awaiting" in one]) == 30
    listing = render(tell(small, f"{COURSE}#categories", wish)).splitlines()
    assert len([one for one in listing if "awaiting a push" in one]) == 30


def test_a_category_is_told_with_the_name_that_it_has_elsewhere(small):
    small.section(small.course())
    small.apply(catalog(master(categories=[category("Homework", 20, key="hw")])))
    wish = catalog(master(categories=[category("Home Practice", 20, key="hw")]))
    told = render(tell(small, f"{SECTION}#categories/hw", wish), width=2000)
    assert told.startswith("Category Homework: linked & locked.")
    assert "  Desired  name Home Practice; weight 20" in told


@pytest.mark.parametrize("width", [40, 60, 80])
@pytest.mark.parametrize(
    "scene", [scenes.residual, scenes.desynced, scenes.kept_by_reference, scenes.without_catalogs]
)
def test_every_line_fits_its_page(small, scene, width):
    asked = scene(small)
    for address in (asked.address, COURSE, f"{SECTION}#categories"):
        lines = render(tell(small, address, *asked.catalogs), width=width, verbose=True).splitlines()
        assert max(map(len, lines)) <= width


def test_what_a_terminal_would_act_on_is_shown_not_done(small):
    small.section(
        small.course(), held(own=listed(categories=[category("La\x1b[31mb", 5, key="section/Lab")]))
    )
    told = render(tell(small, f"{SECTION}#categories", catalog(master())))
    assert "\x1b" not in told
    assert r"La\x1b[31mb: local; weight 5" in told


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((), "none"),
        ((1,), "1 assignment"),
        ((0, 1204), "1,204 scores"),
        ((2, 1, 1), "2 assignments, 1 score and 1 posted grade"),
        ((0, 0, 0, 2), "2 comments"),
    ],
)
def test_counts_in_words(counts, words):
    assert counts_text(Counts(*counts)) == words
