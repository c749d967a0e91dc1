"""`reconcile export --run`: just what a run changed, as CSV, native and OneRoster, to load into a school system."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sqlite3
from pathlib import Path
from zipfile import ZipFile

import pytest

from reconciler.commands import run as run_command
from reconciler.course import Area, Holding, Part, item, setup
from reconciler.formats.changes import Change, changes, text_of
from reconciler.formats.changes_csv import COLUMNS
from reconciler.formats.oneroster.writing import FILES
from reconciler.formats.unsaid import Unsaid
from reconciler.refresh.match import ID_ALIAS
from tests.commands.small_district import BEFORE_SCHOOL, CATALOG, DISTRICT
from tests.formats.roster_files import LEAD, write_package
from tests.small import category, cell, held, listed, task

PUSH = ("--to-sections", *BEFORE_SCHOOL)
CATEGORIES = Area.CATEGORIES
RUN = "3"
"""After an import and a link, the first push."""


@pytest.fixture
def pushed(district: Path, reconcile):
    """The small district before its first push (`before.db`) and after it."""
    shutil.copy("reconcile.db", "before.db")
    assert reconcile("apply", *PUSH, "--yes").code == 0
    return reconcile


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def values(path: str) -> dict[tuple[object, ...], tuple[object, ...]]:
    """What every host of a state has: the values of its items, by area and by name or key."""
    with sqlite3.connect(path) as state:
        state.row_factory = sqlite3.Row
        found = {}
        for view, host in (("course_item", "course_id"), ("section_item", "section_id")):
            for row in state.execute(f"SELECT * FROM {view} WHERE part <> 'pushed'"):
                mark = (view, row[host], row["area"], row["name"] or row["key"])
                found[mark] = row["fields"]
    state.close()
    return found


def test_the_csv_has_one_row_a_change_in_a_stable_order(pushed):
    told = pushed("export", "--run", RUN, "--format", "csv")
    assert told.code == 0
    assert tuple(told.out.splitlines()[0].split(",")) == COLUMNS
    found = [(one["section"], one["area"], one["item"], one["action"], one["before"], one["after"])
             for one in rows(told.out)]  # fmt: skip
    assert found == [
        ("", "course_info", "department", "add", "", "Mathematics"),
        ("", "grading_tasks", "Final", "add", "", "terms 1, 2"),
        ("", "categories", "Homework", "add", "", "weight 20; tasks Final"),
        ("", "categories", "Tests", "add", "", "weight 80; tasks Final"),
        ("1", "categories", "Homework", "add", "", "weight 20; tasks Final"),
        ("1", "categories", "Tests", "add", "", "weight 80; tasks Final"),
        ("1", "categories", "Homework (1)", "rename", "Homework", "Homework (1)"),
        ("2", "categories", "Homework", "add", "", "weight 20; tasks Final"),
        ("2", "categories", "Tests", "add", "", "weight 80; tasks Final"),
    ]
    assert {one["teacher"] for one in rows(told.out)} == {"", "Ada", "Ben"}
    assert "tasks, the named list of High School: 1 change" in told.err
    assert pushed("export", "--run", RUN, "--format", "csv").out == told.out


def test_a_second_run_tells_only_what_is_new(pushed, district):
    text = CATALOG.replace("weight: 20", "weight: 25").replace("weight: 80", "weight: 75")
    (district / "catalog.yaml").write_text(text, encoding="utf-8")
    assert pushed("apply", *PUSH, "--yes").code == 0
    told = rows(pushed("export", "--run", "4", "--format", "csv").out)
    assert [(one["section"], one["item"], one["field"], one["before"], one["after"]) for one in told] == [
        (section, name, "weight", *weights)
        for section in ("", "1", "2")
        for name, weights in (("Homework", ("20", "25")), ("Tests", ("80", "75")))
    ]


def test_a_cell_that_looks_like_a_formula_is_guarded(district, reconcile):
    text = CATALOG.replace("name: Tests", 'name: "=cmd()"').replace("Mathematics", '"@SUM(A1)"')
    (district / "catalog.yaml").write_text(text, encoding="utf-8")
    assert reconcile("apply", *PUSH, "--yes").code == 0
    told = reconcile("export", "--run", RUN, "--format", "csv").out
    assert {one["item"] for one in rows(told)} >= {"'=cmd()"}
    assert {one["after"] for one in rows(told)} >= {"'@SUM(A1)"}


def test_the_native_file_holds_only_changed_hosts_and_areas(pushed):
    assert pushed("export", "--run", RUN, "-o", "changes.json").code == 0
    told = json.loads(Path("changes.json").read_text(encoding="utf-8"))
    (course,) = told["courses"]
    assert set(told) == {"complete", "courses", "lists"}
    assert told["complete"] is False
    assert set(course["setup"]) == {"course_info", "grading_tasks", "categories"}
    assert [(one["number"], set(one["setup"])) for one in course["sections"]] == [
        ("1", {"categories"}),
        ("2", {"categories"}),
    ]
    assert told["lists"] == {"High School": {"tasks": [{"key": "Final"}]}}
    assert not any(word in course for word in ("pushed", "master", "uses"))


@pytest.mark.parametrize("name", ["changes.yaml", "changes.json"])
@pytest.mark.parametrize("more", [(), ("--prune",)])
def test_a_state_from_before_the_run_gets_the_values_from_after_it(pushed, name, more):
    assert pushed("export", "--run", RUN, "-o", name).code == 0
    before = values("before.db")
    assert pushed("import", name, "--state", "sqlite:///before.db", *more).code == 0
    assert values("before.db") == values("reconcile.db") != before
    with sqlite3.connect("before.db") as state:
        assert state.execute("SELECT key, scores FROM use").fetchall() == [("section/Homework", 40)]
    state.close()


def test_a_deleted_and_a_renamed_category_reach_a_state_from_before(pushed, district):
    shutil.copy("reconcile.db", "before.db")
    text = CATALOG.replace("{name: Tests, weight: 80, tasks: [Final]}", "")
    text = text.replace("{name: Homework,", "{name: Home Work, key: HW, was: Homework,").replace("- \n", "\n")
    (district / "catalog.yaml").write_text(text, encoding="utf-8")
    told = pushed("apply", *PUSH, "--yes")
    assert told.code == 0, told.err
    found = rows(pushed("export", "--run", "4", "--format", "csv").out)
    assert {(one["item"], one["action"]) for one in found} == {("Home Work", "rename"), ("Tests", "remove")}
    assert pushed("export", "--run", "4", "-o", "changes.yaml").code == 0
    assert pushed("import", "changes.yaml", "--state", "sqlite:///before.db").code == 0
    assert values("before.db") == values("reconcile.db")


def test_a_run_without_moves_says_so_and_writes_an_empty_file(pushed):
    for format_, left in (("csv", 1), ("native", 2)):
        told = pushed("export", "--run", "1", "--format", format_)
        assert told.code == 0
        assert "Run 1 (import) changed no course and no section." in told.err
        assert len(told.out.splitlines()) == left
    assert pushed("export", "--run", "1", "-o", "empty.yaml").code == 0
    assert pushed("import", "empty.yaml").code == 0


def test_what_has_changed_since_or_is_gone_is_told(pushed):
    assert pushed("undo", RUN, "--yes").code == 0
    told = pushed("export", "--run", RUN, "--format", "csv")
    assert f"3 have changed again since run {RUN}; this is what that run wrote." in told.err
    with sqlite3.connect("reconcile.db") as state:
        state.execute("DELETE FROM section WHERE number = '2'")
    state.close()
    told = pushed("export", "--run", RUN, "--format", "csv")
    assert "Left out: 1 that the run changed and that are in the state no more." in told.err
    assert {one["section"] for one in rows(told.out)} == {"", "1"}


def test_an_undo_is_exported_like_any_run(pushed):
    assert pushed("undo", RUN, "--yes").code == 0
    told = rows(pushed("export", "--run", "4", "--format", "csv").out)
    assert ("Homework", "rename", "Homework (1)") in [
        (one["item"], one["action"], one["before"]) for one in told
    ]
    assert {one["action"] for one in told} == {"rename", "remove"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--run", "99"), "There is no run 99 in this state."),
        (("--format", "csv"), "csv takes a run"),
        (("--run", "1", "--format", "oneroster"), "say --output"),
        (("--run", "0"), "--run"),
    ],
)
def test_what_can_not_be_asked_for_is_refused(pushed, words, said):
    told = pushed("export", *words)
    assert (told.code, told.out) == (64, "")
    assert said in told.err


@pytest.mark.parametrize("format_", ["csv", "native", "oneroster"])
def test_what_can_not_be_written_leaves_what_was_there(pushed, format_):
    Path("here.zip").mkdir()
    told = pushed("export", "--run", RUN, "--format", format_, "-o", "here.zip")
    assert told.code == 1
    assert "here.zip can't be written" in told.err
    assert not list(Path().glob("*.part"))
    told = pushed("export", "--run", RUN, "--format", format_, "-o", "no/such/folder.zip")
    assert told.code == 1


# OneRoster


@pytest.fixture
def roster(folder: Path, reconcile):
    """The OneRoster sample after a push that gives Algebra other weights and a new category."""
    ids = "g1,,,Homework,20.0,k1\ng2,,,Tests,80,k1\ng3,,,Homework,20,k2\n"
    write_package(
        folder / "roster",
        categories=LEAD + f"title,weight,metadata.classSourcedId\n{ids}",
        lineItems="+",
    )
    lines = (folder / "roster/lineItems.csv").read_text(encoding="utf-8").replace("k2,g1", "k2,g3")
    (folder / "roster/lineItems.csv").write_text(lines, encoding="utf-8")
    catalog = CATALOG.replace("name: Homework, weight: 20", "name: Homework, weight: 25")
    catalog = catalog.replace("  grading_tasks: locked\n", "").replace(", tasks: [Final]", "")
    (folder / "catalog.yaml").write_text(catalog, encoding="utf-8")
    assert reconcile("import", "roster").code == 0
    assert reconcile("link").code == 0
    return reconcile


def packed(path: Path) -> dict[str, str]:
    with ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_the_package_is_a_delta_of_categories_by_their_own_ids(roster, folder):
    told = roster("apply", *PUSH, "--yes")
    assert told.code == 0, told.err
    told = roster("export", "--run", RUN, "--format", "oneroster", "-o", "back.zip")
    assert told.code == 0, told.err
    files = packed(folder / "back.zip")
    manifest = dict(line.split(",") for line in files["manifest.csv"].splitlines())
    assert manifest["oneroster.version"] == "1.2"
    assert {name: manifest[f"file.{name}"] for name in FILES} == {
        name: "delta" if name == "categories" else "absent" for name in FILES
    }
    found = rows(files["categories.csv"])
    renamed = {one["sourcedId"]: (one["title"], one["weight"]) for one in found if "(1)" in one["title"]}
    assert renamed == {"g1": ("Homework (1)", "20"), "g3": ("Homework (1)", "20")}
    assert {one["status"] for one in found} == {"active"}
    assert all(one["dateLastModified"].endswith(".000Z") for one in found)
    assert {one["metadata.classSourcedId"] for one in found} <= {"k1", "k2", "k3"}
    new = [one for one in found if one["title"] == "Homework"]
    assert len({one["sourcedId"] for one in new}) == len(new) == 3, "every section has a row of its own"
    assert "categories, of courses: " in told.err


def test_the_same_run_gives_the_same_package_in_a_folder(roster, folder):
    assert roster("apply", *PUSH, "--yes").code == 0
    words = ("export", "--run", RUN, "--format", "oneroster", "-o")
    assert roster(*words, "one").code == roster(*words, "one").code == 0
    assert roster(*words, "two.zip").code == 0
    assert {one.name: one.read_bytes().decode() for one in (folder / "one").iterdir()} == packed(
        folder / "two.zip"
    )


def test_our_own_import_refuses_the_package_as_a_delta(roster):
    assert roster("apply", *PUSH, "--yes").code == 0
    roster("export", "--run", RUN, "--format", "oneroster", "-o", "back")
    assert roster("import", "back", "--format", "oneroster").code == 1


def edited(holding: Holding, *items, gone=()):
    """Own categories put in, or out."""
    own = {one.key: one for one in holding.get(CATEGORIES, Part.OWN)} | {one.key: one for one in items}
    return holding.put({(CATEGORIES, Part.OWN): setup(one for key, one in own.items() if key not in gone)})


def package(small, place: Path):
    words = ["export", "--run", "1", "--format", "oneroster", "-o", str(place / "p")]
    assert run_command([*words, "--state", small.store.url]) == 0
    return rows((place / "p/categories.csv").read_text(encoding="utf-8"))


def with_id(small, section: int, key: str, name: str) -> None:
    from reconciler.current import Alias

    with small.store.write() as tx:
        (row,) = tx.section_records([section])
        tx.put_sections([row._replace(source_id=f"class {section}")])
        tx.put_aliases([Alias(True, section, CATEGORIES, ID_ALIAS + name, key)])


def two(small, *names: str):
    lab = held(own=listed(categories=[category("Lab", 10)]))
    place = small.course()
    sections = [small.section(place, lab, {}, number=str(number)) for number, _ in enumerate(names, 1)]
    for section, name in zip(sections, names, strict=True):
        with_id(small, section, "Lab", name)
    return lab, sections


def test_an_id_that_sections_share_is_written_once_where_all_agree(small, tmp_path):
    lab, _ = two(small, "shared", "shared")
    new = edited(lab, category("Lab", 15))
    small.carry(s1=new, s2=new)
    assert [(one["sourcedId"], one["weight"]) for one in package(small, tmp_path)] == [("shared", "15")]


@pytest.mark.parametrize("other", [10, None], ids=["was left alone", "wants another weight"])
def test_an_id_that_sections_share_is_left_out_where_one_differs(small, tmp_path, capsys, other):
    lab, _ = two(small, "shared", "shared")
    moves = {"s1": edited(lab, category("Lab", 15))}
    if other is None:
        moves["s2"] = edited(lab, category("Lab", 16))
    small.carry(**moves)
    assert package(small, tmp_path) == []
    assert "categories, of one id in sections that want it differently" in capsys.readouterr().err


def test_a_removed_category_is_to_be_deleted_unless_it_is_used_by_now(small, tmp_path, capsys):
    lab, (first, second) = two(small, "free", "graded")
    small.carry(**{f"s{first}": edited(lab, gone={"Lab"}), f"s{second}": edited(lab, gone={"Lab"})})
    small.grade(second, CATEGORIES, "Lab")
    assert [(one["sourcedId"], one["status"]) for one in package(small, tmp_path)] == [
        ("free", "tobedeleted")
    ]
    assert "categories, removed, but used by now: 1 change" in capsys.readouterr().err


def test_what_a_row_can_not_say_is_counted(small, tmp_path, capsys):
    lab, _ = two(small, "a", "b")
    third = small.section(1, lab, {}, number="3")
    small.carry(
        s1=edited(lab, category("Lab", 10, drop_lowest=1), category("Quiz", 5, sequence=2)),
        **{f"s{third}": edited(lab, category("Lab", 11))},
        c1=held(own=listed(grading_tasks=[task("Final")])),
    )
    assert [(one["title"], one["weight"]) for one in package(small, tmp_path)] == [("Quiz", "5")]
    told = capsys.readouterr().err
    for line in (
        "categories, drop_lowest: 1 change",
        "categories, sequence: 1 change",
        "categories, of sections without an id: 1 change",
        "grading_tasks: 1 change",
    ):
        assert f"  {line}\n" in told


def test_a_section_never_read_counts_as_used(small, tmp_path, capsys):
    """Nobody knows what is graded there: nothing of it is to be deleted (domain.md 6)."""
    lab, (first, _) = two(small, "unread", "other")
    with small.store.write() as tx:
        (row,) = tx.section_records([first])
        tx.put_sections([row._replace(used_id=None)])
    small.carry(**{f"s{first}": edited(lab, gone={"Lab"})})
    assert package(small, tmp_path) == []
    assert "categories, removed, but used by now: 1 change" in capsys.readouterr().err


def test_sections_with_the_same_uses_are_judged_alike(small, tmp_path):
    lab = held(own=listed(categories=[category("Lab", 10), category("Old", 5)]))
    place = small.course()
    sections = [small.section(place, lab, {}, number=str(number)) for number in (1, 2)]
    for section in sections:
        with_id(small, section, "Old", f"old {section}")
        small.grade(section, CATEGORIES, "Lab")
    small.carry(**{f"s{section}": edited(lab, gone={"Old"}) for section in sections})
    told = package(small, tmp_path)
    assert [(one["sourcedId"], one["status"]) for one in told] == [
        (f"old {section}", "tobedeleted") for section in sections
    ]


def test_a_removed_category_without_an_id_can_not_be_said(small, tmp_path, capsys):
    lab, (first, _) = two(small, "a", "b")
    small.carry(s1=edited(lab, category("Quiz", 5)))
    quiz = edited(lab, category("Quiz", 5))
    capsys.readouterr()
    small.carry(**{f"s{first}": edited(quiz, gone={"Quiz"})})
    words = ["export", "--run", "2", "--format", "oneroster", "-o", str(tmp_path / "p")]
    assert run_command([*words, "--state", small.store.url]) == 0
    assert rows((tmp_path / "p/categories.csv").read_text(encoding="utf-8")) == []
    assert "categories, removed, without an id: 1 change" in capsys.readouterr().err


def test_what_sections_say_beside_categories_has_no_row(small, tmp_path, capsys):
    two(small, "a", "b")
    cells = listed(grade_calc_options=[cell("Final", 1)])
    small.carry(s1=held(own={**listed(categories=[category("Lab", 10)]), **cells}))
    assert package(small, tmp_path) == []
    assert "  grade_calc_options: 1 change\n" in capsys.readouterr().err


def test_an_id_that_is_shared_and_left_alone_is_not_spoken_of(small, tmp_path, capsys):
    """The run changed another category of the section."""
    lab, _ = two(small, "shared", "shared")
    small.carry(s1=edited(lab, category("Quiz", 5)))
    assert [one["title"] for one in package(small, tmp_path)] == ["Quiz"]
    assert "want it differently" not in capsys.readouterr().err


# The values


def between(before: Holding, after: Holding, keys=None):
    return [(one.item, one.action, one.field, one.before, one.after) for one in changes(before, after, keys)]


def test_links_and_marks_are_no_change():
    linked = held(linked=listed(categories=[category("Homework", 20)]))
    own = held(own=listed(categories=[category("Homework", 20, key="section/Homework")]))
    kept = held(own=listed(categories=[category("Homework", 20).mark(left=True, kept=True)]))
    assert changes(own, linked) == changes(linked, kept) == changes(linked, linked) == ()


def test_every_kind_of_change_has_its_action():
    before = held(own=listed(categories=[category("Old", 5), category("Lab", 10), category("A", 1, key="k")]))
    after = held(own=listed(categories=[category("New", 5), category("Lab", 12), category("B", 1, key="k")]))
    assert between(before, after) == [
        ("Lab", "change", "weight", "10", "12"),
        ("New", "add", "", "", "weight 5"),
        ("Old", "remove", "", "weight 5", ""),
        ("B", "rename", "name", "A", "B"),
    ]


def test_a_field_tells_its_value_whole():
    long = "x" * 500
    info = item(Area.COURSE_INFO, "description", {"value": long})
    before, after = held(), held(own={Area.COURSE_INFO: setup([info])})
    assert between(before, after) == [("description", "add", "value", "", long)]
    assert between(after, before) == [("description", "remove", "value", long, "")]


def test_a_default_that_a_change_leaves_is_said():
    before = held(own=listed(categories=[category("Lab", 10)]))
    after = held(own=listed(categories=[category("Lab", 10, drop_lowest=2, exclude_from_calculation=True)]))
    assert between(before, after) == [
        ("Lab", "change", "drop_lowest", "0", "2"),
        ("Lab", "change", "exclude_from_calculation", "false", "true"),
    ]


def test_a_renamed_task_is_a_rename_and_what_names_it_is_no_change():
    before = held(own=listed(grading_tasks=[task("Final")], categories=[category("Lab", 1, tasks=["Final"])]))
    after = held(own=listed(grading_tasks=[task("Exam")], categories=[category("Lab", 1, tasks=["Exam"])]))
    assert changes(before, after, {(Area.GRADING_TASKS, "Final"): "Exam"}) == (
        Change(Area.GRADING_TASKS, "Exam", "Exam", "rename", "", "Final", "Exam"),
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (True, "true"), (False, "false"), ("20", "20"), ((1, 2), "1, 2"), ((), ""), (3, "3")],
)
def test_values_as_texts(value, text):
    assert text_of(value) == text


def test_unsaid_changes_are_summed_by_area():
    unsaid = Unsaid()
    unsaid.add("standards")
    unsaid.add("categories", "sequence", count=2)
    unsaid.add("standards", count=1200)
    assert list(unsaid.lines()) == ["categories, sequence: 2 changes", "standards: 1,201 changes"]


def test_the_small_district_is_what_these_tests_take_it_for():
    assert DISTRICT["courses"][0]["sections"][0]["setup"] == {
        "categories": [{"name": "Homework", "weight": "30"}]
    }
