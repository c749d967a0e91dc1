"""What may be read, and by whom: whatever tells what schools have takes the right to read reports (domain.md 11)."""

from __future__ import annotations

import pytest

from tests.commands.small_district import BEFORE_SCHOOL

PUSH = ("--to-sections", *BEFORE_SCHOOL, "--yes")
OTHERS = "rights: [{people: [Ada], may: [push, to_sections, edit, report]}]\n"
WRITER = "rights: [{people: [Ben], may: [push, to_sections, overwrite, edit]}]\n"
READER = "rights: [{people: [Ben], may: [report]}]\n"
OWN_YEAR = "rights: [{people: [Ben], may: [report], schools: [Harrison*], years: [2027]}]\n"
ITEM = "0401@Harrison High 2026-27/2#categories/Tests"
PUSHED = "3"
"""After an import and a link, the first push."""
OF_ONE_CALENDAR = [
    ("show", ITEM),
    ("show", "0401@Harrison High 2026-27"),
    ("show", ITEM, "--format", "json"),
    ("history", PUSHED),
    ("history", PUSHED, "--format", "csv"),
    ("drift",),
    ("drift", "--format", "json"),
    ("drift", "--adopt"),
    ("drift", "--adopt", "--write"),
    ("export", "--run", PUSHED),
    ("export", "--run", PUSHED, "--format", "csv"),
    ("export", "--run", PUSHED, "--format", "oneroster", "-o", "out.zip"),
    ("report", "push"),
    ("batch", "report", "1"),
]
OF_ALL = [("history",), ("history", "--kind", "import"), ("export",), ("export", "-o", "out.json")]


@pytest.fixture
def pushed(district, reconcile, monkeypatch):
    """Ben sits at a district with a push that was made by the queue; gives a writer of `reconcile.yaml`."""
    monkeypatch.setenv("RECONCILE_USER", "Ben")
    assert reconcile("batch", "submit", "--to-sections", "--allow-in-session", "-m", "new").code == 0
    assert reconcile("batch", "work", "--once").code == 0

    def write(text: str) -> None:
        (district / "reconcile.yaml").write_text(text, encoding="utf-8")

    return write


def files(folder) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in folder.iterdir() if one.is_file()}


@pytest.mark.parametrize("words", OF_ONE_CALENDAR + OF_ALL, ids=" ".join)
@pytest.mark.parametrize("rights", [OTHERS, WRITER], ids=["another's", "to write"])
def test_who_may_not_read_is_told_nothing(pushed, folder, reconcile, words, rights):
    pushed(rights)
    before = files(folder)
    refused = reconcile(*words)
    assert (refused.code, refused.out) == (4, "")
    assert "Ben has no right `report` in " in refused.err
    assert "`may: [report]`, for Ben, `schools: [Harrison High]`" in refused.err
    assert files(folder) == before, "nothing is written, no file either"


@pytest.mark.parametrize("words", OF_ONE_CALENDAR + OF_ALL, ids=" ".join)
@pytest.mark.parametrize(
    "rights", [READER, "sessions: {overwrite: ask}\n"], ids=["given", "no rights at all"]
)
def test_who_may_read_is_told(pushed, reconcile, words, rights):
    pushed(rights)
    told = reconcile(*words)
    assert told.code == 0, told.err
    assert told.out or "out." in " ".join(words)


@pytest.mark.parametrize("words", OF_ONE_CALENDAR, ids=" ".join)
def test_the_right_is_asked_for_where_the_thing_is(pushed, reconcile, words):
    """The other calendar is of a year in which Ben reads nothing: it is no part of what these tell."""
    pushed(OWN_YEAR)
    assert reconcile(*words).code == 0


@pytest.mark.parametrize("words", OF_ALL, ids=" ".join)
def test_what_tells_of_every_calendar_takes_the_right_in_each(pushed, reconcile, words):
    pushed(OWN_YEAR)
    refused = reconcile(*words)
    assert (refused.code, refused.out) == (4, "")
    assert "Ben has no right `report` in Harrison High 2025-26." in refused.err


@pytest.mark.parametrize("host", ["", "/2"], ids=["a course", "a section"])
def test_a_run_is_where_it_moved_a_course_or_a_section(pushed, reconcile, host):
    assert reconcile("edit", f"0401@Harrison High 2026-27{host}#categories/Lab", "--add").code == 0
    pushed(OWN_YEAR)
    assert reconcile("history", "4").code == 0
    pushed(OTHERS)
    assert reconcile("history", "4").code == 4


def test_a_run_that_moved_nothing_tells_nothing_of_any_school(pushed, reconcile):
    pushed(OTHERS)
    told = reconcile("history", "2")
    assert (told.code, "It moved nothing." in told.out) == (0, True)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("history", "99"), "run 99"),
        (("export", "--run", "99"), "run 99"),
        (("show", "0999@Harrison High 2026-27"), "0999"),
        (("batch", "report", "99"), "99"),
    ],
)
def test_what_is_not_there_is_said_to_everybody(pushed, reconcile, words, text):
    pushed(OTHERS)
    told = reconcile(*words)
    assert told.code in (1, 64)
    assert text in told.err
    assert "no right" not in told.err


def test_planning_and_copying_a_master_take_no_right(pushed, folder, reconcile):
    """The one is reading of the catalog, the other writes YAML alone."""
    pushed(OTHERS)
    assert reconcile("plan", "--to-sections", *BEFORE_SCHOOL).code == 0
    (folder / "other.yaml").write_text(
        "catalog: Other\nschool_years: [2027]\nschools: all\ntasks: {Final: }\nmasters: []\n",
        encoding="utf-8",
    )
    told = reconcile(
        *("copy-master", "0401", "catalog.yaml", "other.yaml", "--from", "High School", "--to", "Other"),
        *("--number", "0402", "--name", "Algebra Two", "--write"),
    )
    assert told.code == 0, told.err
    assert "Algebra Two" in (folder / "other.yaml").read_text(encoding="utf-8")
