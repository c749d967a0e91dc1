"""Resolving catalogs: layers, keys, locks, origins, lists, and a digest that is about values only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler import desired
from reconciler.course import (
    COURSE_INFO_KINDS,
    Area,
    Catalog,
    Exemption,
    Item,
    ListKind,
    Lock,
    Master,
    Origin,
    Rename,
    decode,
    encode,
)
from reconciler.errors import FAILED, CatalogInvalid

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "catalog: High\nschool_years: [2027, 2028]\nschools: [B, A]\n"
LISTS = """
score_groups: {Letters: {A: 4.0, F: }}
grading_scales: {Standard: {score_group: Letters, marks: {A: 90.0, F: 0}}}
rubrics: {Four: {"4": Exceeds}}
tasks: {Quarter: , Exam: {text: At the end}, Final: {was: Semester}}
standards:
  {S.1: First, S.2: {name: Second, statement: All of it, was: S.0}, S.3: , S.9: {archived: true, name: Ninth}}
tests: {MAP: [S.1, S.2], PSAT: }
"""


def catalog(folder: Path, text: str, head: str = HEAD + LISTS) -> Catalog:
    file = folder / "c.yaml"
    file.write_text(head + text, encoding="utf-8")
    loaded = desired.load([file])
    assert loaded.errors == ()
    (only,) = loaded.catalogs
    return only


def master(folder: Path, text: str, setups: str = "") -> Master:
    """The one master, whose lines (without number and name) are `text`."""
    lines = "\n".join(f"    {line}" for line in text.strip("\n").splitlines())
    whole = f'{setups}\nmasters:\n  - number: "1"\n    name: Art\n{lines}\n'
    return catalog(folder, whole).masters["1"]


def fields(found: Master, area: Area) -> dict[str, dict[str, object]]:
    return {one.key: dict(one.fields) for one in found.setups[area]}


def info(found: Master) -> dict[str, object]:
    return {one.key: one.get("value") for one in found.setups[Area.COURSE_INFO]}


def test_the_header_is_read_whole(tmp_path: Path):
    found = catalog(
        tmp_path,
        "exempt_calendars: [{calendar: Summer*, reason: own rules}]\n"
        "ignored_courses: [{course: 04*@A, reason: pilot}]\n",
    )
    assert (found.name, found.school_years, found.schools) == ("High", (2027, 2028), ("A", "B"))
    assert found.exempt == (Exemption("Summer*", "own rules"),)
    assert found.ignored == (Exemption("04*@A", "pilot"),)
    assert found.masters == {}


def test_all_schools_are_none_named(tmp_path: Path):
    assert catalog(tmp_path, "", "catalog: A\nschool_years: [2027]\nschools: all\n").schools is None


def test_course_info_always_has_number_name_and_active(tmp_path: Path):
    found = master(tmp_path, "")
    assert info(found) == {"number": "1", "name": "Art", "active": True}
    assert set(found.setups) == {Area.COURSE_INFO}
    assert found.active


def test_an_inactive_master(tmp_path: Path):
    found = master(tmp_path, "active: false")
    assert not found.active
    assert info(found)["active"] is False


def test_every_course_info_field_can_be_written(tmp_path: Path):
    found = master(
        tmp_path,
        """
        state_code: 0123
        department: NO
        subject: Art
        grade_level: 09
        credits: 1.50
        gpa_weight: 0
        type: AP
        honors: true
        max_students: 030
        terms: 4
        schedules: 1
        periods: 2
        standards_based: false
        attendance: true
        transcript: true
        required: false
        homeroom: false
        responsive: false
        activity_code: A
        advisory: false
        external_lms_exclude: true
        description: |
          Two
          lines
        nces: {subject_area: 05, course: 154, level: G, credit: 1.00, sequence: 1 of 1}
        custom: {Pathway: 007, Flag: true}
        """.replace("        ", ""),
    )
    values = info(found)
    assert set(values) == {*COURSE_INFO_KINDS, "custom.Pathway", "custom.Flag"}
    assert values["state_code"] == "0123"
    assert values["department"] == "NO"
    assert values["credits"] == "1.5"
    assert values["gpa_weight"] == "0"
    assert values["max_students"] == 30
    assert values["honors"] is True
    assert values["standards_based"] is False
    assert values["description"] == "Two\nlines\n"
    assert values["nces.subject_area"] == "05"
    assert values["nces.credit"] == "1"
    assert (values["custom.Pathway"], values["custom.Flag"]) == ("007", "true")


def test_an_explicit_null_clears_and_a_missing_field_says_nothing(tmp_path: Path):
    found = master(
        tmp_path,
        "use: [base]\ndepartment: null\ncustom: {P: }",
        "setups: {base: {department: Math, type: AP}}",
    )
    setup = found.setups[Area.COURSE_INFO]
    assert setup.get("department") == Item("department")
    assert setup.get("custom.P") == Item("custom.P")
    assert setup.get("type") == Item("type", (("value", "AP"),))
    assert setup.get("subject") is None


def test_grading_tasks_in_normal_form(tmp_path: Path):
    found = master(
        tmp_path,
        """
grading_tasks:
  - {task: [Quarter, Exam], score_group: Letters, terms: [2, 1], term_gpa: true, post_only: false}
  - {task: Final, credit: 0.50, credit_type: High School, post_only: true}
""",
    )
    both = {"score_group": "Letters", "terms": (1, 2), "term_gpa": True}
    assert fields(found, Area.GRADING_TASKS) == {
        "Exam": both,
        "Quarter": both,
        "Final": {"credit": "0.5", "credit_type": "High School", "post_only": True},
    }


def test_standards_take_their_name_from_the_bank(tmp_path: Path):
    found = master(
        tmp_path,
        """
standards:
  - {standard: [S.1, S.2], rubric: Four, terms: [1]}
  - {standard: S.3, name: Own}
""",
    )
    assert fields(found, Area.STANDARDS) == {
        "S.1": {"name": "First", "rubric": "Four", "terms": (1,)},
        "S.2": {"name": "Second", "rubric": "Four", "terms": (1,)},
        "S.3": {"name": "Own"},
    }


def test_assessments_have_a_key_of_test_and_standard(tmp_path: Path):
    found = master(
        tmp_path,
        """
assessments:
  - {test: MAP, standard: [S.1, S.2], scoring: read_only, copies_forward: true}
  - {test: PSAT, scoring: teacher}
""",
    )
    one = {"scoring": "read_only", "copies_forward": True}
    assert fields(found, Area.ASSESSMENTS) == {"MAP<S.1": one, "MAP<S.2": one, "PSAT": {}}


def test_categories_are_known_by_key_or_name(tmp_path: Path):
    found = master(
        tmp_path,
        """
categories:
  - {name: Homework, weight: 20.0, drop_lowest: 1, sequence: 1, tasks: [Quarter, Exam], terms: [2, 1]}
  - {key: tests, name: Big Tests, weight: 080, standards: [S.1], exclude_from_calculation: true}
  - {key: Labs}
""",
    )
    assert fields(found, Area.CATEGORIES) == {
        "Homework": {
            "name": "Homework", "weight": "20", "drop_lowest": 1, "sequence": 1,
            "tasks": ("Exam", "Quarter"), "terms": (1, 2),
        },
        "tests": {"name": "Big Tests", "weight": "80", "standards": ("S.1",), "exclude_from_calculation": True},
        "Labs": {"name": "Labs"},
    }  # fmt: skip


def test_composites_feed_structure_and_weights(tmp_path: Path):
    found = master(
        tmp_path,
        """
composite_grades:
  - task: Final
    term: 2
    children:
      - {task: Quarter, term: 1, weight: 40.0}
      - {standard: S.1, term: 2, weight: 60}
""",
    )
    assert fields(found, Area.COMPOSITE_GRADES) == {"Final@2<Quarter@1": {}, "Final@2<standard:S.1@2": {}}
    assert fields(found, Area.COMPOSITE_WEIGHTS) == {
        "Final@2<Quarter@1": {"weight": "40"},
        "Final@2<standard:S.1@2": {"weight": "60"},
    }


def test_a_calculation_covers_several_tasks_standards_and_terms(tmp_path: Path):
    found = master(
        tmp_path,
        """
grade_calc_options:
  - task: [Quarter, Exam]
    standard: S.1
    terms: [1, 2]
    calculation: in_progress
    grading_scale: Standard
    weight_categories: true
    limit_to_last: 5
    cumulative_from: 1
  - {task: Final, terms: [2], calculation: none, use_percent: false}
  - {standard: S.2, terms: [1], calculation: proficiency, proficiency_method: power_law}
""",
    )
    cells = fields(found, Area.GRADE_CALC_OPTIONS)
    wide = {
        "calculation": "in_progress", "grading_scale": "Standard", "weight_categories": True,
        "limit_to_last": 5, "cumulative_from": 1,
    }  # fmt: skip
    for key in ("Quarter@1", "Quarter@2", "Exam@1", "Exam@2", "standard:S.1@1", "standard:S.1@2"):
        assert cells.pop(key) == wide
    assert cells == {
        "Final@2": {},
        "standard:S.2@1": {"calculation": "proficiency", "proficiency_method": "power_law"},
    }


def test_cross_site_fields_keep_flags_as_flags(tmp_path: Path):
    found = master(tmp_path, "cross_site: {Host: A, Seats: 05, Open: true, Old: }")
    values = {one.key: one.get("value") for one in found.setups[Area.CROSS_SITE]}
    assert values == {"Host": "A", "Seats": "05", "Open": True, "Old": None}
    assert all(type(value) in (str, bool, type(None)) for value in values.values())


def test_an_empty_list_is_there_and_no_list_is_absent(tmp_path: Path):
    found = master(tmp_path, "categories: []\ncomposite_grades: []")
    assert set(found.setups) == {
        Area.COURSE_INFO, Area.CATEGORIES, Area.COMPOSITE_GRADES, Area.COMPOSITE_WEIGHTS,
    }  # fmt: skip
    assert not found.setups[Area.CATEGORIES]


SETUPS = """
setups:
  base:
    department: Arts
    terms: 4
    categories: [{name: Homework, weight: 20, drop_lowest: 1}, {name: Tests, weight: 80}]
    grade_calc_options: [{task: Quarter, terms: [1, 2], calculation: in_progress}]
  half: {use: [base], terms: 2, categories: [{name: Homework, weight: 30}]}
  other: {use: [base], department: Music, categories: [{name: Tests, weight: 70}]}
  none: {categories: []}
"""


def test_later_layers_win_field_by_field_and_a_shared_setup_counts_once(tmp_path: Path):
    found = master(tmp_path, "use: [half, other]\ncategories: [{name: Homework, sequence: 9}]", SETUPS)
    assert fields(found, Area.CATEGORIES) == {
        "Homework": {"name": "Homework", "weight": "30", "drop_lowest": 1, "sequence": 9},
        "Tests": {"name": "Tests", "weight": "70"},
    }
    assert (info(found)["department"], info(found)["terms"]) == ("Music", 2)


def test_null_clears_an_inherited_field(tmp_path: Path):
    found = master(
        tmp_path, "use: [base]\ncategories: [{name: Homework, weight: null, drop_lowest: null}]", SETUPS
    )
    assert fields(found, Area.CATEGORIES)["Homework"] == {"name": "Homework"}


def test_drop_takes_an_inherited_item_away(tmp_path: Path):
    found = master(
        tmp_path,
        "use: [base]\n"
        "categories: [{name: Homework, drop: true}, {name: Tests, drop: false}]\n"
        "grade_calc_options: [{task: Quarter, terms: [2], drop: true}]",
        SETUPS,
    )
    assert set(fields(found, Area.CATEGORIES)) == {"Tests"}
    assert set(fields(found, Area.GRADE_CALC_OPTIONS)) == {"Quarter@1"}


@pytest.mark.parametrize("text", ["use: [base]\ncategories: []", "use: [base, none]"])
def test_an_empty_list_clears_what_was_inherited(tmp_path: Path, text: str):
    assert not master(tmp_path, text, SETUPS).setups[Area.CATEGORIES]


def test_setups_are_shared_values_and_no_master_changes_another(tmp_path: Path):
    found = catalog(
        tmp_path,
        SETUPS
        + """
masters:
  - {number: "1", name: A, use: [base]}
  - {number: "2", name: B, use: [base], categories: [{name: Tests, weight: 5}]}
  - {number: "3", name: C, use: [base]}
""",
    ).masters
    first, changed, last = (found[number].setups[Area.CATEGORIES] for number in "123")
    assert first is last
    assert changed.get("Tests") != last.get("Tests")


def test_origins_tell_the_layer_file_and_line(tmp_path: Path):
    file = tmp_path / "c.yaml"
    file.write_text(
        HEAD
        + """tasks: {Quarter: , Final: }
setups:
  base:
    department: Arts
    categories:
      - {name: Homework}
      - {name: Tests}
masters:
  - number: "1"
    name: Art
    use: [base]
    cross_site:
      Host: A
    categories:
      - {name: Tests, weight: 1}
    composite_grades:
      - task: Final
        term: 1
        children:
          - {task: Quarter, term: 1, weight: 100}
"""
    )
    found = desired.load([file]).catalogs[0].masters["1"]
    name = str(file)
    assert found.origin == Origin("master", name, 12)
    assert found.origins == {
        (Area.COURSE_INFO, "number"): Origin("master", name, 12),
        (Area.COURSE_INFO, "name"): Origin("master", name, 13),
        (Area.COURSE_INFO, "active"): Origin("master", name, 12),
        (Area.COURSE_INFO, "department"): Origin("setup base", name, 7),
        (Area.CROSS_SITE, "Host"): Origin("master", name, 16),
        (Area.CATEGORIES, "Homework"): Origin("setup base", name, 9),
        (Area.CATEGORIES, "Tests"): Origin("master", name, 18),
        (Area.COMPOSITE_GRADES, "Final@1<Quarter@1"): Origin("master", name, 23),
        (Area.COMPOSITE_WEIGHTS, "Final@1<Quarter@1"): Origin("master", name, 23),
    }


def test_every_item_has_an_origin(tmp_path: Path):
    found = master(tmp_path, "use: [half]\nterms: 3\ncustom: {A: b}\nnces: {level: G}", SETUPS)
    items = {(area, one.key) for area, setup in found.setups.items() for one in setup}
    assert set(found.origins) == items


def test_renames_come_from_items_and_from_the_bank(tmp_path: Path):
    found = master(
        tmp_path,
        """
was: "01"
grading_tasks: [{task: Final}, {task: Quarter, was: Term}]
standards: [{standard: S.2}]
categories: [{key: hw, name: Practice, was: Homework}]
""",
    )
    assert found.was == "01"
    assert set(found.renames) == {
        Rename(Area.GRADING_TASKS, "Semester", "Final"),
        Rename(Area.GRADING_TASKS, "Term", "Quarter"),
        Rename(Area.STANDARDS, "S.0", "S.2"),
        Rename(Area.CATEGORIES, "Homework", "hw"),
    }
    assert "was" not in fields(found, Area.CATEGORIES)["hw"]


def test_two_categories_may_swap_their_names(tmp_path: Path):
    found = master(tmp_path, "categories: [{name: A, was: B}, {name: B, was: A}]")
    assert set(found.renames) == {Rename(Area.CATEGORIES, "B", "A"), Rename(Area.CATEGORIES, "A", "B")}


def test_locks_by_area_and_field(tmp_path: Path):
    locks = catalog(
        tmp_path,
        """
locks:
  course_info: {name: locked, terms: locked, description: editable, nces: locked, custom: {Pathway: editable}}
  categories: editable
  standards: unlocked
  cross_site: {Host: locked, others: editable}
""",
    ).locks
    assert locks.of(Area.COURSE_INFO, "name") is Lock.LOCKED
    assert locks.of(Area.COURSE_INFO, "terms") is Lock.EDITABLE
    assert locks.of(Area.COURSE_INFO, "description") is Lock.EDITABLE
    assert locks.of(Area.COURSE_INFO, "nces.credit") is Lock.LOCKED
    assert locks.of(Area.COURSE_INFO, "custom.Pathway") is Lock.EDITABLE
    assert locks.of(Area.COURSE_INFO, "custom.Other") is Lock.UNLOCKED
    assert locks.of(Area.COURSE_INFO, "credits") is Lock.UNLOCKED
    assert locks.of(Area.CATEGORIES) is Lock.EDITABLE
    assert locks.of(Area.STANDARDS) is Lock.UNLOCKED
    assert locks.of(Area.GRADING_TASKS) is Lock.UNLOCKED
    assert locks.of(Area.CROSS_SITE, "Host") is Lock.LOCKED
    assert locks.of(Area.CROSS_SITE, "Else") is Lock.EDITABLE


def test_one_state_for_all_fields_and_for_groups_of_them(tmp_path: Path):
    whole = catalog(tmp_path, "locks: {course_info: locked}").locks
    assert whole.of(Area.COURSE_INFO, "custom.Any") is Lock.LOCKED
    assert whole.of(Area.COURSE_INFO, "periods") is Lock.EDITABLE
    parts = catalog(
        tmp_path,
        "locks: {course_info: {nces: {level: locked}, custom: locked, others: unlocked}}\n"
        'masters: [{number: "1", name: A, custom: {P: x}}]\n',
    ).locks
    assert parts.of(Area.COURSE_INFO, "nces.level") is Lock.LOCKED
    assert parts.of(Area.COURSE_INFO, "nces.credit") is Lock.UNLOCKED
    assert parts.of(Area.COURSE_INFO, "custom.P") is Lock.LOCKED
    assert parts.of(Area.COURSE_INFO, "name") is Lock.UNLOCKED


def test_named_lists_have_their_entries_as_fields(tmp_path: Path):
    lists = catalog(tmp_path, "").lists
    found = {kind: {one.key: dict(one.fields) for one in setup} for kind, setup in lists.items()}
    assert found == {
        ListKind.SCORE_GROUPS: {"Letters": {"A": "4.0", "F": ""}},
        ListKind.GRADING_SCALES: {"Standard": {"A": "90", "F": "0", "score_group": "Letters"}},
        ListKind.RUBRICS: {"Four": {"4": "Exceeds"}},
        ListKind.TASKS: {"Quarter": {}, "Exam": {"text": "At the end"}, "Final": {}},
        ListKind.STANDARDS: {
            "S.1": {"name": "First"},
            "S.2": {"name": "Second", "statement": "All of it"},
            "S.3": {},
            "S.9": {"name": "Ninth", "archived": True},
        },
        ListKind.TESTS: {"MAP": {"S.1": "", "S.2": ""}, "PSAT": {}},
    }


def test_every_setup_survives_its_canonical_form(tmp_path: Path):
    found = master(tmp_path, "use: [half]\ncredits: 1.0\nhonors: true\ncustom: {A: }", SETUPS)
    for setup in found.setups.values():
        assert decode(encode(setup)) == setup
        assert all(type(value) is not float for one in setup for _, value in one.fields)


ONE = (
    HEAD + 'tasks: {Q: , F: }\nmasters:\n  - {number: "1", name: A, credits: 1}\n  - {number: "2", name: B}\n'
)


def digest(folder: Path, **files: str) -> str:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return desired.load([folder / f"{name}.yaml" for name in files]).digest


@pytest.mark.parametrize(
    "same",
    [
        "# a comment\n" + ONE,
        ONE.replace("[B, A]", "[A, B]").replace("[2027, 2028]", "[2028, 2027]"),
        ONE.replace("credits: 1", "credits: 1.00"),
        ONE.replace("tasks: {Q: , F: }", "tasks:\n  F:\n  Q: {}\n"),
        HEAD + 'masters: [{name: B, number: "2"}, {credits: 1, name: A, number: 1}]\ntasks: {Q: , F: }\n',
        ONE + "setups: {unused: {terms: 4}}\n",
    ],
)
def test_the_digest_is_blind_to_layout(tmp_path: Path, same: str):
    assert digest(tmp_path, b=same) == digest(tmp_path, a=ONE)


@pytest.mark.parametrize(
    "other",
    [
        ONE.replace("name: A,", "name: AA,"),
        ONE.replace("credits: 1", "credits: 1.01"),
        ONE.replace("credits: 1", "credits: null"),
        ONE.replace('"2"', '"02"'),
        ONE.replace("[B, A]", "all"),
        ONE.replace("[2027, 2028]", "[2027]"),
        ONE.replace("{Q: , F: }", "{Q: }"),
        ONE + "locks: {course_info: {name: locked}}\n",
        ONE + "locks: {categories: locked}\n",
        ONE + "exempt_calendars: [{calendar: S, reason: r}]\n",
        ONE + "ignored_courses: [{course: 1@S, reason: r}]\n",
        ONE.replace("name: B}", "name: B, categories: []}"),
        ONE.replace("name: B}", 'name: B, was: "9"}'),
        ONE.replace("name: B}", "name: B, grading_tasks: [{task: Q, was: R}]}"),
    ],
)
def test_the_digest_sees_every_value(tmp_path: Path, other: str):
    assert digest(tmp_path, b=other) != digest(tmp_path, a=ONE)


def test_the_digest_does_not_depend_on_the_order_of_catalogs(tmp_path: Path):
    other = 'catalog: Middle\nschool_years: [2027]\nschools: all\nmasters: [{number: "7", name: M}]\n'
    (tmp_path / "x").mkdir()
    assert digest(tmp_path, a=ONE, b=other) == digest(tmp_path / "x", b=other, a=ONE)


def test_the_digest_does_not_depend_on_how_a_catalog_is_split(tmp_path: Path):
    whole = digest(tmp_path, a=ONE)
    (tmp_path / "part.yaml").write_text("tasks: {Q: , F: }\n")
    assert digest(tmp_path, b=ONE.replace("tasks: {Q: , F: }", "include: [part.yaml]")) == whole


def test_require_gives_sound_catalogs_and_refuses_others(tmp_path: Path):
    digest(tmp_path, a=ONE, b=ONE.replace("name: A,", "nmae: A,"))
    sound = desired.load([tmp_path / "a.yaml"])
    assert desired.require(sound) == sound.catalogs
    broken = desired.load([tmp_path / "b.yaml"])
    assert len(broken.errors) == 2
    with pytest.raises(CatalogInvalid, match=r"2 error\(s\)") as refused:
        desired.require(broken)
    assert refused.value.facts["problems"] == broken.problems
    assert refused.value.exit_code == FAILED
    assert "reconcile validate" in refused.value.way_out


def test_a_broken_catalog_is_resolved_in_part(tmp_path: Path):
    digest(tmp_path, a=ONE.replace("name: A,", "nmae: A,"))
    loaded = desired.load([tmp_path / "a.yaml"])
    assert list(loaded.catalogs[0].masters) == ["2"]


def test_warnings_alone_do_not_refuse(tmp_path: Path):
    text = ONE + "standards: {S: {archived: true}}\n"
    digest(tmp_path, a=text.replace("name: B}", "name: B, standards: [{standard: S}]}"))
    loaded = desired.load([tmp_path / "a.yaml"])
    assert [one.code for one in loaded.problems] == ["archived-standard"]
    assert desired.require(loaded) == loaded.catalogs


def test_nothing_named_is_nothing_loaded():
    loaded = desired.load([])
    assert (loaded.catalogs, loaded.problems) == ((), ())


def test_the_same_number_in_two_catalogs_is_a_warning(tmp_path: Path):
    digest(tmp_path, a=ONE, b=ONE.replace("catalog: High", "catalog: Middle"))
    problems = desired.load([tmp_path]).problems
    assert [(one.severity.value, one.code, one.line) for one in problems] == [
        ("warning", "number-in-two-catalogs", 6),
        ("warning", "number-in-two-catalogs", 7),
    ]
    assert '"High"' in problems[0].message


def test_a_catalog_name_stands_once(tmp_path: Path):
    digest(tmp_path, a=HEAD, b=HEAD)
    problems = desired.load([tmp_path]).problems
    errors = [(one.code, one.file) for one in problems if one.severity == "error"]
    assert errors == [("duplicate-catalog", str(tmp_path / "b.yaml"))]
