"""The larder: what was read comes back equal, and only while everything that it depends on is as it was."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler import desired
from reconciler.larder import Larder, larder, maker, shelf
from tests.larder.kept import Kitchen, told

BAD = Path(__file__).resolve().parents[1] / "catalogs" / "bad"
GOOD = Path(__file__).resolve().parents[1] / "catalogs" / "good"


def test_what_is_kept_comes_back_equal(kitchen):
    first, missed = kitchen.load()
    assert missed == ["catalog.yaml"]
    again, missed = kitchen.load()
    assert missed == []
    assert again == first
    assert "category-weights" in {one.code for one in again.problems}
    assert again.catalogs[0].masters["0402"].was == "0302"


def test_equal_setups_are_one_value_and_know_their_digest(kitchen):
    kitchen.load()
    catalog = desired.load([kitchen.folder / "catalog.yaml"], kitchen.larder()).catalogs[0]
    one, other = (catalog.masters[number].setups["grading_tasks"] for number in ("0401", "0402"))
    assert one is other
    assert (one._items, one._digest) == (None, one.digest), "nobody has looked inside"


@pytest.mark.parametrize("folder", [BAD, GOOD], ids=["bad", "good"])
def test_every_problem_comes_back_with_its_place(folder, tmp_path):
    files = sorted(folder.glob("*.yaml"))
    kept = Larder(tmp_path / "larder")
    for file in files:
        cold = desired.load([file])
        assert desired.load([file], kept) == cold
        assert desired.load([file], kept) == cold
    together = desired.load(files)
    assert desired.load(files, Larder(tmp_path / "larder")) == together


def test_names_and_numbers_of_several_catalogs_are_still_compared(kitchen):
    kitchen.write("other.yaml", kitchen.CATALOG)
    kitchen.load("catalog.yaml")
    kitchen.load("other.yaml")
    loaded, missed = kitchen.load("catalog.yaml", "other.yaml")
    assert missed == []
    assert {one.code for one in loaded.problems} >= {"duplicate-catalog", "number-in-two-catalogs"}


MASTERS = st.lists(
    st.fixed_dictionaries(
        {"number": st.sampled_from(["1", "2", "03", ""]), "name": st.sampled_from(["A", " B", "C é"])},
        optional={
            "department": st.sampled_from(["Math", "1", "true"]),
            "credits": st.sampled_from(["0.50", "1", "x"]),
            "active": st.sampled_from(["true", "false", "maybe"]),
            "categories": st.sampled_from(["[]", "[{name: H, weight: 5}]", "[{name: H, weigth: 5}]", "null"]),
            "grading_tasks": st.sampled_from(["[]", "[{task: Q, terms: [1]}]", "[{task: Nobody}]"]),
            "use": st.sampled_from(["[s]", "[s, t]", "[u]"]),
        },
    ),
    max_size=4,
)


@given(MASTERS, MASTERS)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_made_up_catalogs_come_back_equal(tmp_path_factory, first, second):
    kitchen = Kitchen(tmp_path_factory.mktemp("made-up"))
    for name, masters in (("a", first), ("b", second)):
        rows = "".join(
            f"- {{{', '.join(f'{key}: {text or chr(34) * 2}' for key, text in row.items())}}}\n"
            for row in masters
        )
        head = f"catalog: {name}\nschool_years: [2027]\nschools: all\nlocks: {{categories: locked}}\ntasks: {{Q: null}}\n"
        setups = "setups: {s: {categories: [{name: H, weight: 5}]}, t: {use: [s], grading_tasks: [{task: Q, terms: [1, 2]}]}}\n"
        kitchen.write(f"{name}.yaml", f"{head}{setups}masters:\n{rows}")
    kitchen.load("a.yaml", "b.yaml")
    assert kitchen.load("a.yaml", "b.yaml")[1] == []


def changed_text(kitchen):
    kitchen.write("catalog.yaml", kitchen.CATALOG.replace("weight: 20", "weight: 30"))


def changed_comment(kitchen):
    kitchen.write("catalog.yaml", f"# moved down\n{kitchen.CATALOG}")


def changed_include(kitchen):
    kitchen.write("shared/tasks.yaml", kitchen.TASKS.replace("Numbers", "Counting"))


def another_include(kitchen):
    kitchen.write("shared/more.yaml", "rubrics: {R: [1, 2]}\n")


def lost_include(kitchen):
    (kitchen.folder / "shared/tasks.yaml").unlink()


def include_through_a_link(kitchen):
    (kitchen.folder / "shared/tasks.yaml").rename(kitchen.folder / "elsewhere.yaml")
    (kitchen.folder / "shared/tasks.yaml").symlink_to(kitchen.folder / "elsewhere.yaml")


@pytest.mark.parametrize(
    "change",
    [changed_text, changed_comment, changed_include, another_include, lost_include, include_through_a_link],
)
def test_any_change_of_its_files_is_read(kitchen, change):
    kitchen.load()
    change(kitchen)
    assert kitchen.load()[1] == ["catalog.yaml"]
    assert kitchen.load()[1] == []


def test_a_change_of_one_catalog_leaves_the_others_kept(kitchen):
    for name in ("b.yaml", "c.yaml"):
        kitchen.write(name, kitchen.CATALOG.replace("High School", name))
    kitchen.load("catalog.yaml", "b.yaml", "c.yaml")
    kitchen.write("b.yaml", kitchen.CATALOG.replace("High School", "B"))
    assert kitchen.load("catalog.yaml", "b.yaml", "c.yaml")[1] == ["b.yaml"]


def test_the_same_file_by_another_name_is_read_for_its_places(kitchen, monkeypatch):
    kitchen.load()
    monkeypatch.chdir(kitchen.folder)
    larder = kitchen.larder()
    loaded = desired.load([Path("catalog.yaml")], larder)
    assert larder.missed == ["catalog.yaml"]
    assert loaded.catalogs[0].masters["0401"].origin.file == "catalog.yaml"


def test_the_same_name_in_another_folder_is_another_file(kitchen, monkeypatch):
    monkeypatch.chdir(kitchen.folder)
    desired.load([Path("catalog.yaml")], kitchen.larder())
    kitchen.write("sub/catalog.yaml", kitchen.CATALOG)
    monkeypatch.chdir(kitchen.folder / "sub")
    larder = kitchen.larder()
    assert desired.load([Path("catalog.yaml")], larder) == desired.load([Path("catalog.yaml")])
    assert larder.missed == ["catalog.yaml"]


def test_an_entry_of_another_reader_is_not_believed(kitchen, monkeypatch):
    kitchen.load()
    monkeypatch.setattr(shelf, "maker", lambda: "another version")
    assert kitchen.load()[1] == ["catalog.yaml"]
    assert kitchen.load()[1] == []


def test_an_entry_of_another_catalog_is_not_believed(kitchen):
    kitchen.write("b.yaml", kitchen.CATALOG.replace("High School", "B"))
    kitchen.load("catalog.yaml")
    kitchen.load("b.yaml")
    one, other = kitchen.entries()
    texts = one.read_bytes(), other.read_bytes()
    one.write_bytes(texts[1])
    other.write_bytes(texts[0])
    assert kitchen.load("catalog.yaml")[0].catalogs[0].name == "High School"


@given(st.data())
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_damaged_entry_is_read_anew(kitchen, data):
    kitchen.load()
    (entry,) = kitchen.entries()
    body = bytearray(entry.read_bytes())
    place = data.draw(st.integers(0, len(body) - 1))
    if data.draw(st.booleans()):
        body[place] ^= data.draw(st.integers(1, 255))
    else:
        del body[place:]
    entry.write_bytes(bytes(body))
    assert kitchen.load()[1] == ["catalog.yaml"]
    assert kitchen.load()[1] == []


@pytest.mark.parametrize(
    "text", [b"", b"\n", b"reconcile", b"\xff\xfe", b"[]\n[]\n{}", b"cos\nsystem\n(S'true'\ntR."]
)
def test_a_foreign_entry_is_read_anew(kitchen, text):
    kitchen.load()
    kitchen.entries()[0].write_bytes(text)
    assert kitchen.load()[1] == ["catalog.yaml"]


@pytest.mark.parametrize("rest", [b"[]\nx", b'["x"]\n', b"{}\n{}", b"null\nnull", b"1"])
def test_a_foreign_entry_with_a_right_seal_is_read_anew(kitchen, rest):
    kitchen.load()
    kitchen.entries()[0].write_bytes(shelf._seal(rest).encode() + b"\n" + rest)
    assert kitchen.load()[1] == ["catalog.yaml"]


def test_an_entry_that_others_may_write_to_is_not_believed(kitchen):
    kitchen.load()
    kitchen.entries()[0].chmod(0o666)
    assert kitchen.load()[1] == ["catalog.yaml"]
    assert kitchen.entries()[0].stat().st_mode & 0o777 == 0o600


def test_entries_are_for_their_owner_alone(kitchen):
    kitchen.load()
    assert kitchen.kept.stat().st_mode & 0o777 == 0o700
    assert [one.stat().st_mode & 0o777 for one in kitchen.kept.iterdir()] == [0o600]


def test_a_place_that_can_not_be_written_to_hinders_nobody(kitchen):
    kitchen.kept.write_text("a file in its way", encoding="utf-8")
    assert kitchen.load()[1] == ["catalog.yaml"]
    assert kitchen.load()[1] == ["catalog.yaml"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_can_only_be_read_still_gives(kitchen):
    kitchen.load()
    kitchen.kept.chmod(0o500)
    try:
        assert kitchen.load()[1] == []
        kitchen.write("catalog.yaml", kitchen.CATALOG.replace("Choir", "Chorus"))
        assert kitchen.load()[1] == ["catalog.yaml"]
    finally:
        kitchen.kept.chmod(0o700)


def test_a_file_that_can_not_be_read_is_complained_of_and_not_kept(kitchen):
    loaded, missed = kitchen.load("nowhere.yaml")
    assert [one.code for one in loaded.problems] == ["unreadable-file"]
    assert missed == ["nowhere.yaml"]
    assert kitchen.entries() == []


def test_several_writers_at_once_leave_something_right(kitchen):
    texts = [kitchen.CATALOG.replace("Choir", f"Choir {number}") for number in range(4)]
    right = []

    def cook(number: int) -> None:
        path = kitchen.folder / "catalog.yaml"
        for _ in range(6):
            part = kitchen.write(f"part-{number}", texts[number])
            part.replace(path)
            desired.load([path], kitchen.larder())
        right.append(number)

    workers = [threading.Thread(target=cook, args=(number,)) for number in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert len(right) == 4
    kitchen.load()
    assert kitchen.load()[1] == []


def test_the_oldest_entries_go_when_there_are_too_many(kitchen, monkeypatch):
    monkeypatch.setattr(shelf, "MOST_FILES", 2)
    for number in range(4):
        kitchen.write(f"c{number}.yaml", kitchen.CATALOG.replace("High School", str(number)))
        kitchen.load(f"c{number}.yaml")
        for age, entry in enumerate(sorted(kitchen.entries(), key=lambda one: -one.stat().st_mtime)):
            os.utime(entry, (1_000_000 - age, 1_000_000 - age + number * 10))
    assert len(kitchen.entries()) == 2
    assert kitchen.load("c3.yaml")[1] == []


def test_what_is_too_large_in_all_goes(kitchen, monkeypatch):
    monkeypatch.setattr(shelf, "MOST_BYTES", 10)
    kitchen.load()
    assert kitchen.entries() == []


def test_a_store_of_places_is_read_only_when_asked(kitchen):
    kitchen.load()
    master = desired.load([kitchen.folder / "catalog.yaml"], kitchen.larder()).catalogs[0].masters["0402"]
    assert all(isinstance(part._told, str) for part in master.origins.parts)
    assert master.origins["course_info", "name"].line == 16
    assert ("course_info", "nothing") not in master.origins
    assert len(master.origins) == len(dict(master.origins))
    assert repr(master.origins) == repr(dict(master.origins))


class TestWhere:
    """The folder of the larder."""

    def test_it_can_be_off(self, monkeypatch):
        monkeypatch.setenv("RECONCILE_CACHE", "off")
        assert larder() is None

    def test_it_can_be_named(self, monkeypatch, tmp_path):
        monkeypatch.setenv("RECONCILE_CACHE", str(tmp_path / "deep" / "here"))
        assert larder().folder == tmp_path / "deep" / "here"

    def test_it_follows_the_custom_of_the_desktop(self, monkeypatch, tmp_path):
        monkeypatch.delenv("RECONCILE_CACHE")
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        assert larder().folder == tmp_path / "reconciler"

    def test_else_it_is_in_the_home(self, monkeypatch, tmp_path):
        monkeypatch.delenv("RECONCILE_CACHE")
        monkeypatch.setenv("XDG_CACHE_HOME", "not/absolute")
        monkeypatch.setenv("HOME", str(tmp_path))
        assert larder().folder == tmp_path / ".cache" / "reconciler"

    def test_without_a_home_it_is_temporary(self, monkeypatch, tmp_path):
        monkeypatch.delenv("RECONCILE_CACHE")
        monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
        (tmp_path / "home").write_text("no folder", encoding="utf-8")
        monkeypatch.setenv("HOME", str(tmp_path / "home"))
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        assert larder().folder == tmp_path / f"reconciler-{os.geteuid()}"

    def test_a_folder_that_others_may_write_to_is_not_used(self, monkeypatch, tmp_path):
        (tmp_path / "open").mkdir()
        (tmp_path / "open").chmod(0o777)
        monkeypatch.setenv("RECONCILE_CACHE", str(tmp_path / "open"))
        assert larder() is None


class TestMaker:
    """What an entry depends on, apart from its files."""

    def made(self) -> str:
        maker.maker.cache_clear()
        return maker.maker()

    def test_it_is_the_same_each_time(self):
        assert self.made() == self.made()

    @pytest.mark.parametrize("what", ["FORM", "python", "schema", "source", "library"])
    def test_everything_that_matters_is_in_it(self, what, monkeypatch, tmp_path):
        before = self.made()
        if what == "FORM":
            monkeypatch.setattr(maker, "FORM", "other")
        elif what == "python":
            monkeypatch.setattr("sys.version", "4.0")
        elif what == "schema":
            monkeypatch.setattr("reconciler.schemas.text", lambda _: "{}")
        elif what == "source":
            (tmp_path / "rules.py").write_text("changed = True\n", encoding="utf-8")
            monkeypatch.setattr(maker, "_sources", lambda _: [tmp_path / "rules.py"])
        else:
            monkeypatch.setattr(maker, "_installed", lambda _: ["of another day"])
        after = self.made()
        monkeypatch.undo()
        assert after != before
        assert self.made() == before

    def test_every_room_that_a_reading_enters_is_in_it(self):
        import ast

        package = Path(maker.__file__).parents[1]
        covered = set(maker._sources(package))
        for path in covered:
            if path.suffix != ".py" or path.parent.name == "errors":
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("reconciler."):
                    room = node.module.split(".")[1]
                    assert room in {*(one.removesuffix(".py") for one in maker.ROOMS), "whole"}, path
        assert package / "data" / "sced.txt" in covered
        assert package / "desired" / "resolving.py" in covered


def test_told_sees_what_is_inside(kitchen):
    before = told(kitchen.load()[0])
    kitchen.write("catalog.yaml", kitchen.CATALOG.replace("weight: 20", "weight: 30"))
    assert told(kitchen.load()[0]) != before
