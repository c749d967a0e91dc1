"""`reconcile report`: options, files, errors, exit codes; in a folder of one's own."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass

import pytest
from jsonschema import Draft202012Validator

from reconciler import schemas
from reconciler.commands import run
from tests.commands.small_district import BEFORE_SCHOOL, CATALOG, DISTRICT

CATALOGUED = ("audit", "awaiting-masters")
NAMES = (*CATALOGUED, "awaiting-courses", "residuals", "sections")
VOICES = ("text", "json", "csv", "markdown", "html")


@dataclass
class Told:
    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def report(tmp_path, monkeypatch, capsys):
    """Run `reconcile report WORDS` (or any other command) in a folder with a pushed district."""
    monkeypatch.chdir(tmp_path)
    for name in ("RECONCILE_STATE", "RECONCILE_USER"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "catalog.yaml").write_text(CATALOG, encoding="utf-8")
    (tmp_path / "district.json").write_text(json.dumps(DISTRICT), encoding="utf-8")

    def call(*words: str, first: str = "report") -> Told:
        capsys.readouterr()
        code = run([first, *words])
        said = capsys.readouterr()
        return Told(code, said.out, said.err)

    assert call("district.json", first="import").code == 0
    assert call(first="link").code == 0
    assert call("catalog.yaml", "--yes", *BEFORE_SCHOOL, first="apply").code == 0
    return call


def valid(told: Told) -> bool:
    return Draft202012Validator(schemas.load("report")).is_valid(told.json)


@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize("name", [*NAMES, "push"])
def test_every_report_in_every_voice(report, name, voice):
    told = report(name, "--format", voice)
    assert told.code == 0 and told.out.endswith("\n") and told.err == ""
    assert "\r\n" in told.out if voice == "csv" else "\r" not in told.out


@pytest.mark.parametrize("name", [*NAMES, "push"])
def test_json_fits_the_shipped_schema(report, name):
    assert valid(report(name, "--format", "json"))


def test_the_schema_can_be_printed(report):
    told = report("report", first="schema")
    assert told.code == 0 and set(told.json["$defs"]) == {
        *NAMES, "push", "area", "history", "run", "batch", "job",
    }  # fmt: skip


def test_the_second_hop_is_told_until_it_is_done(report):
    told = report("awaiting-courses", "--format", "json").json
    assert [(row["course"], row["area"], row["waiting"]) for row in told["rows"]] == [
        ("0401", "categories", 2)
    ]
    assert report("catalog.yaml", "--to-sections", "--yes", *BEFORE_SCHOOL, first="apply").code == 0
    told = report("awaiting-courses")
    assert "Nothing waits" in told.out


def test_an_edit_of_the_yaml_awaits_a_push(report, tmp_path):
    assert report("awaiting-masters", "--area", "categories", "--format", "json").json["rows"] == []
    (tmp_path / "catalog.yaml").write_text(CATALOG.replace("weight: 20", "weight: 25"), encoding="utf-8")
    (row,) = report("awaiting-masters", "--area", "categories", "--format", "json").json["rows"]
    assert (row["item"], row["pushed"], row["desired"], row["reason"]) == (
        "Homework", "weight 20", "weight 25", "moved_on",
    )  # fmt: skip


def test_the_audit_can_list_one_state(report):
    told = report("audit", "--only", "desynced", "--format", "json").json
    assert told["rows"] == [] and told["facts"]["linked"] == 1 and told["facts"]["state"] == ["desynced"]
    assert "No course is to be told of." in report("audit", "--only", "desynced").out
    assert report("audit", "--only", "sideways").code == 64


@pytest.mark.parametrize("voice", VOICES)
def test_output_goes_into_a_file(report, tmp_path, voice):
    on_stdout = report("sections", "--format", voice)
    told = report("sections", "--format", voice, "--output", "out.txt")
    assert told.code == 0 and told.out == "" and "Written to out.txt" in told.err
    written = (tmp_path / "out.txt").read_bytes()
    assert written.startswith(b"\xef\xbb\xbf") == (voice == "csv"), "only a CSV tells Excel that it is UTF-8"
    if voice != "text":
        assert written.decode("utf-8-sig") == on_stdout.out
    assert not list(tmp_path.glob("*.part"))


def test_a_push_result_goes_into_a_file(report, tmp_path):
    for voice in VOICES:
        assert report("push", "--format", voice, "--output", f"push.{voice}").code == 0
    assert json.loads((tmp_path / "push.json").read_text())["run"] == 3
    assert (tmp_path / "push.text").read_text().startswith("Push result of run 3")
    header = next(csv.reader(io.StringIO((tmp_path / "push.csv").read_text(encoding="utf-8-sig"))))
    assert header[:3] == ["part", "area", "item"]


@pytest.mark.parametrize("where", ["missing/out.csv", "."])
def test_a_file_that_cannot_be_written(report, tmp_path, where):
    told = report("sections", "--output", where)
    assert told.code == 1 and "can't be written" in told.err and told.out == ""
    assert not list(tmp_path.rglob("*.part"))


def test_a_file_that_was_there_is_replaced_whole(report, tmp_path):
    (tmp_path / "out.json").write_text("x" * 100_000)
    assert report("sections", "--format", "json", "--output", "out.json").code == 0
    assert json.loads((tmp_path / "out.json").read_text())["report"] == "sections"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--teacher", "Adda"), 'did you mean "Ada"?'),
        (("--school", "Harison High"), 'did you mean "Harrison High"?'),
        (("--calendar", "Harrison High 2026-72"), "did you mean"),
        (("--course", "0404"), 'did you mean "0401"?'),
        (("--area", "category"), 'did you mean "categories"?'),
        (("--master", "999"), "neither linked nor in a catalog"),
    ],
)
@pytest.mark.parametrize("name", NAMES)
def test_an_unknown_name_says_what_is_close(report, name, words, said):
    told = report(name, *words)
    assert told.code == 64 and said in told.err and told.out == ""


def test_filters_narrow(report):
    rows = report("sections", "--teacher", "B*", "--format", "json").json["rows"]
    assert [row["teacher"] for row in rows] == ["Ben"]
    assert report("sections", "--calendar", "Harrison High 2025-26", "--format", "json").json["rows"] == []


@pytest.mark.parametrize("name", CATALOGUED)
def test_a_catalog_that_is_missing_or_wrong(report, name, tmp_path):
    (tmp_path / "bad.yaml").write_text("catalog: [", encoding="utf-8")
    assert report(name, "bad.yaml").code == 1
    (tmp_path / "catalog.yaml").unlink()
    told = report(name)
    assert told.code != 0 and "catalog" in told.err and told.out == ""


@pytest.mark.parametrize("name", NAMES)
def test_without_a_state(report, name):
    told = report(name, "--state", "other.db")
    assert told.code == 1 and "There is no state" in told.err


def test_an_unknown_report_and_an_unknown_format(report):
    assert report("residual").code == 64
    assert report("residuals", "--format", "yaml").code == 64
    assert report().code == 64
