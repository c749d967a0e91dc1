"""`reconcile adopt` as a person runs it: files, stdout and stderr, exit codes, what follows."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from reconciler.commands import run

AREAS = {
    "grading_tasks": [{"task": "Final", "terms": [1, 2]}],
    "categories": [{"name": "Homework", "weight": "20"}, {"name": "Tests", "weight": "80"}],
}
CALENDAR = {
    "name": "Hill 2026-27",
    "school": "Hill High",
    "year": 2027,
    "terms": [{"name": "S1"}, {"name": "S2"}],
}


def native(*courses: dict) -> str:
    return json.dumps(
        {
            "district": "Hill",
            "schools": [{"name": "Hill High"}],
            "calendars": [CALENDAR],
            "courses": list(courses),
        }
    )


def course(number: str, **setup: object) -> dict:
    return {
        "calendar": "Hill 2026-27",
        "number": number,
        "name": f"Course {number}",
        "setup": AREAS | setup,
        "sections": [],
    }


@pytest.fixture
def call(tmp_path, monkeypatch, capsys):
    """Run the program in a folder with an imported state of three courses."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RECONCILE_STATE", raising=False)
    (tmp_path / "hill.json").write_text(
        native(course("0401"), course("0402"), course("NO", categories=[])), encoding="utf-8"
    )
    assert run(["import", "hill.json"]) == 0

    def reconcile(*words: str):
        capsys.readouterr()
        code = run(list(words))
        said = capsys.readouterr()
        return code, said.out, said.err

    return reconcile


def rows(query: str):
    with closing(sqlite3.connect("reconcile.db")) as state:
        return state.execute(query).fetchall()


def test_adopt_validate_link_plan(call, tmp_path):
    code, out, err = call("adopt", "--output", "catalog.yaml", "--name", "Hill")
    assert (code, out) == (0, "")
    assert "3 masters for 3 courses; 0 of them differ in something." in err
    assert err.endswith("Written to catalog.yaml.\n")
    assert call("validate")[:2] == (0, "1 catalog with 3 masters: no problems.\n")
    assert rows("SELECT count(*) FROM course WHERE master IS NOT NULL") == [(0,)]
    assert call("link")[0] == 0
    code, out, _ = call("plan", "--detailed-exitcode", "--format", "json", "--to-sections")
    assert json.loads(out)["body"]["summary"]["changes"] == []
    assert code == 2  # the lists are to be recorded
    assert not list(tmp_path.glob("*.part"))


def test_with_link_nothing_at_all_is_left_to_do(call):
    code, _, err = call("adopt", "-o", "catalog.yaml", "--link")
    assert code == 0
    assert "Linked 3 courses; 13 items recorded as linked." in err
    code, out, _ = call("plan", "--detailed-exitcode", "--format", "json", "--to-sections", "--cross-site")
    summary = json.loads(out)["body"]["summary"]
    assert (code, summary["changes"], summary["lists"]) == (0, [], [])
    assert rows("SELECT kind, status FROM run ORDER BY id DESC LIMIT 1") == [("link", "done")]
    (options,) = rows("SELECT options FROM run ORDER BY id DESC LIMIT 1")
    assert json.loads(options[0])["adopt"]["name"] == "Adopted"


def test_linking_takes_the_right_to_edit_and_writes_nothing_without(call, tmp_path, monkeypatch):
    monkeypatch.setenv("RECONCILE_USER", "Ben")
    (tmp_path / "reconcile.yaml").write_text("rights: [{people: [Ben], may: [report]}]\n", encoding="utf-8")
    code, out, err = call("adopt", "--link", "-o", "first.yaml")
    assert (code, out) == (4, "")
    assert "Ben has no right `edit` in " in err
    assert not (tmp_path / "first.yaml").exists()
    assert "adopt" not in call("history", "--format", "json")[1]
    assert call("adopt", "-o", "first.yaml")[0] == 0
    (tmp_path / "reconcile.yaml").write_text("rights: [{people: [Ben], may: [edit]}]\n", encoding="utf-8")
    assert call("adopt", "--link", "-o", "second.yaml")[0] == 0


def test_links_of_an_adoption_are_taken_back_by_unlink(call):
    assert call("adopt", "-o", "catalog.yaml", "--link")[0] == 0
    ((run_id,),) = rows("SELECT max(id) FROM run")
    code, _, err = call("undo", str(run_id), "--yes")
    assert code == 4
    assert "`reconcile unlink`" in err
    assert call("unlink", "--all")[1] == "Unlinked 3 courses.\n"


@pytest.mark.parametrize("words", [(), ("--output", "-")])
def test_without_a_file_the_catalog_goes_to_stdout_and_the_summary_to_stderr(call, words):
    code, out, err = call("adopt", *words)
    assert code == 0
    assert out.startswith("# A first catalog")
    assert out.endswith("\n")
    assert "3 masters" in err
    assert "Written" not in err
    assert call("adopt", *words)[1] == out


def test_a_file_that_is_there_is_not_written_over_unless_asked(call, tmp_path):
    path = tmp_path / "catalog.yaml"
    path.write_text("mine", encoding="utf-8")
    code, _, err = call("adopt", "-o", "catalog.yaml", "--link")
    assert code == 64
    assert "catalog.yaml is there already." in err
    assert "--force" in err
    assert path.read_text(encoding="utf-8") == "mine"
    assert rows("SELECT count(*) FROM course WHERE master IS NOT NULL") == [(0,)]
    assert call("adopt", "-o", "catalog.yaml", "--force")[0] == 0
    assert path.read_text(encoding="utf-8").startswith("# A first catalog")


@pytest.mark.parametrize("output", [".", "absent/catalog.yaml"])
def test_a_place_that_cant_be_written_leaves_nothing_half_done(call, output):
    code, out, err = call("adopt", "-o", output, "--link")
    assert (code, out) == (1, "")
    assert "can't be written" in err
    assert rows("SELECT count(*) FROM course WHERE master IS NOT NULL") == [(0,)]
    assert rows("SELECT count(*) FROM run WHERE kind = 'link'") == [(0,)]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--year", "2030"), 64, "it has these: 2027"),
        (("--school", "Hill Hihg"), 64, 'did you mean "Hill High"?'),
        (("--calendar", "Hill 2025-26"), 64, 'did you mean "Hill 2026-27"?'),
        (("--name", ""), 64, "A catalog can't be called ''"),
        (("--min-courses", "2"), 1, "There is no course"),
        (("--min-courses", "0"), 64, "--min-courses"),
        (("--state", "elsewhere.db"), 1, "There is no state"),
    ],
)
def test_bad_input_is_said_with_a_way_out(call, words, code, said):
    found, out, err = call("adopt", *words)
    assert (found, out) == (code, "")
    assert said in err


def test_adopting_again_after_linking_says_that_nothing_is_left(call):
    assert call("adopt", "-o", "catalog.yaml", "--link")[0] == 0
    code, _, err = call("adopt")
    assert code == 1
    assert "3 left out, such as 0401@Hill 2026-27 it follows Adopted/0401 already" in err


def test_open_lists_warnings_and_what_is_left_out_are_in_the_summary(call, tmp_path):
    tasks = [{"task": "Final", "score_group": "Letters"}]
    more = course("0403", grading_tasks=tasks, course_info={"nces.subject_area": "99"})
    (tmp_path / "hill.json").write_text(native(course("0401"), more), encoding="utf-8")
    assert call("import", "hill.json", "--prune")[0] == 0
    code, _, err = call("adopt", "-o", "catalog.yaml", "--min-courses", "1")
    assert code == 0
    assert "1 list known by name only: complete what has the mark ?." in err
    assert "`reconcile validate` warns 1 time: unknown-sced 1." in err
