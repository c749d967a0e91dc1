"""What a run changed, host by host: unchanged lists, links alone, new keys, hosts that are gone, and very many steps."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reconciler.commands import run as run_command
from reconciler.course import Area, Holding, Item, ListKind, Part, setup
from reconciler.current import Batch, CourseMove, Rekeyed, SectionMove
from reconciler.formats import moved
from reconciler.formats.moved import Moves
from reconciler.formats.native import changed
from reconciler.receipts import begin
from tests.formats.test_export_run import rows
from tests.small import category, held, info, listed, task

CATEGORIES, TASKS, INFO = Area.CATEGORIES, Area.GRADING_TASKS, Area.COURSE_INFO
LAB = listed(categories=[category("Lab", 10)])
SCALE = setup([Item("A")])


@pytest.fixture
def told(small, tmp_path, capsys):
    """`told(run, format)`: what is written of a run, and what is said beside it."""

    def call(run: int = 1, form: str = "native"):
        place = tmp_path / {"native": "run.json", "csv": "run.csv", "oneroster": "run"}[form]
        words = ["export", "--run", str(run), "--format", form, "-o", str(place), "--state", small.store.url]
        assert run_command(words) == 0
        said = capsys.readouterr().err
        if form == "native":
            return json.loads(place.read_text(encoding="utf-8")), said
        table = place / "categories.csv" if form == "oneroster" else place
        return rows(Path(table).read_text(encoding="utf-8")), said

    return call


def write_lists(small, *setups) -> None:
    """Runs that write the scales of a catalog, one after the other."""
    for one in setups:
        with small.store.write() as tx:
            tx.put_lists("hs", {ListKind.GRADING_SCALES: one}, run_id=begin(tx, "apply"))


def rekey(small, host: int, after: Holding, area: Area, was: str, key: str, *more: Rekeyed) -> None:
    """A run that gives an item of a course another key."""
    (course, _) = small.records()
    with small.store.write() as tx:
        ids = tx.keep_holdings([after])
        move = CourseMove(host, course[host].holding_id, ids[after], None, None, None)
        tx.carry(begin(tx, "other"), Batch([move], [], rekeyed=[Rekeyed(False, host, area, was, key), *more]))


@pytest.mark.parametrize("form", ["native", "csv", "oneroster"])
@pytest.mark.parametrize(("run", "there"), [(1, True), (2, False)], ids=["new", "as it was"])
def test_a_named_list_is_told_where_the_run_changed_it(small, told, form, run, there):
    write_lists(small, SCALE, SCALE)
    written, said = told(run, form)
    assert (f"{ListKind.GRADING_SCALES}, the named list of hs: 1 change" in said) == (
        there and form != "native"
    )
    if form == "native":
        assert written.get("lists", {}) == (
            {"hs": {str(ListKind.GRADING_SCALES): [{"key": "A"}]}} if there else {}
        )


@pytest.mark.parametrize("form", ["native", "csv"])
def test_links_alone_are_nothing_to_load(small, told, form):
    small.course("0401", held(own=LAB))
    small.carry(c1=held(linked=LAB, pushed=LAB))
    written, said = told(form=form)
    assert (written["courses"] if form == "native" else written) == []
    assert "changed no course" not in said


def test_a_course_alone_is_told_without_its_sections(small, told):
    course = small.course("0401", held(own=LAB))
    small.section(course, held(own=LAB))
    small.carry(c1=held(own=listed(categories=[category("Lab", 12)])))
    ((one,), _) = (told()[0]["courses"], "")
    assert set(one) == {"calendar", "number", "name", "setup"}
    assert [row["weight"] for row in one["setup"]["categories"]] == [12]


def test_sections_alone_are_told_below_their_course(small, told):
    course = small.course("0401", held(own=LAB))
    for number in ("1", "2", "3"):
        small.section(course, held(own=LAB), number=number)
    after = held(own=listed(categories=[category("Lab", 12)]))
    small.carry(s1=after, s2=after, s3=held(linked=LAB))
    (one,) = told()[0]["courses"]
    assert "setup" not in one
    assert [row["number"] for row in one["sections"]] == ["1", "2"], "the third was linked alone"
    assert one["sections"][0]["setup"] == one["sections"][1]["setup"]


@pytest.mark.parametrize(
    ("source_id", "number", "lost"),
    [("crs-1", "0402", False), (None, "0401", True)],
    ids=["by id", "by number"],
)
def test_a_new_number_is_told_where_an_id_finds_the_course(small, told, source_id, number, lost):
    fields = info(number="0401", name="Algebra")
    small.course("0401", held(own=listed(course_info=fields)))
    with small.store.write() as tx:
        tx.put_courses([one._replace(source_id=source_id) for one in tx.course_records()])
    small.carry(c1=held(own=listed(course_info=info(number="0402", name="Algebra II"))))
    written, said = told()
    (one,) = written["courses"]
    assert (one["number"], one["name"]) == (number, "Algebra II")
    assert ("course_info, number of a course without an id: 1 change" in said) == lost


def test_a_renamed_task_goes_and_comes_in_a_native_file(small, told):
    small.course("0401", held(own=listed(grading_tasks=[task("Final")])))
    rekey(small, 1, held(own=listed(grading_tasks=[task("Exam")])), TASKS, "Final", "Exam")
    written, said = told()
    assert [row["task"] for row in written["courses"][0]["setup"]["grading_tasks"]] == ["Exam"]
    assert "grading_tasks, renamed, told as one that goes and one that comes: 1 change" in said
    (row,) = told(form="csv")[0]
    assert (row["action"], row["before"], row["after"]) == ("rename", "Final", "Exam")


def test_a_new_key_of_a_host_that_did_not_move_is_no_change(small, told):
    """An import of a source that brings other keys: nothing that a school system would see."""
    small.course("0401", held(own=LAB))
    other = small.course("0402", held(own=LAB))
    after = held(own=listed(categories=[category("Lab", 11)]))
    rekey(small, 1, after, CATEGORIES, "Lab", "Lab", Rekeyed(False, other, CATEGORIES, "Lab", "course/Lab"))
    assert [one["number"] for one in told()[0]["courses"]] == ["0401"]


@pytest.mark.parametrize("room", [moved, changed])
def test_of_very_many_steps_only_some_are_remembered_and_all_are_told(small, told, monkeypatch, room):
    """What is forgotten is worked out again, for a later calendar too."""
    small.calendar("bay-27", "Bay High")
    hosts = [small.course(f"040{n}", held(own=LAB), calendar=("hill-27", "bay-27")[n % 2]) for n in range(4)]
    for number, host in enumerate(hosts):
        small.section(host, held(own=listed(categories=[category("Lab", number)])))
    after = {f"c{host}": held(own=listed(categories=[category("Lab", 20 + host)])) for host in hosts}
    after |= {f"s{host}": held(own=listed(categories=[category("Lab", 30 + host)])) for host in hosts}
    small.carry(**after)
    whole = told()[0], told(form="csv")[0]
    monkeypatch.setattr(room, "_REMEMBERED", 0)
    assert (told()[0], told(form="csv")[0]) == whole
    assert len(whole[1]) == 8


def test_two_moves_of_a_host_in_one_run_are_one_way(small):
    """From what it had first to what it had last."""
    course = small.course("0401", held(own=LAB))
    section = small.section(course, held(own=LAB))
    weights = [held(own=listed(categories=[category("Lab", weight)])) for weight in (11, 12)]
    with small.store.write() as tx:
        ids = tx.keep_holdings(weights)
        run = begin(tx, "other")
        for one in weights:
            (row,) = tx.section_records([section])
            move = SectionMove(section, course, row.holding_id, ids[one], row.used_id, row.used_id)
            tx.carry(run, Batch([], [move]))
    with small.store.read() as snapshot:
        moves = Moves(snapshot, snapshot.run(run))
        ((_, step),) = next(iter(moves.courses())).sections
        (told,) = moves.changes(step)
        assert (told.before, told.after, moves.hosts, moves.since, moves.gone) == ("10", "12", 1, 0, 0)
        assert moves.holding(step.after).get(CATEGORIES, Part.OWN).by_key["Lab"].get("weight") == "12"
