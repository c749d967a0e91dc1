"""`reconcile import` and `reconcile export` as commands, on real files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from reconciler.commands.export import export
from reconciler.commands.import_ import import_
from reconciler.errors import ExportUnwritable, NativeBroken, StoreMissing

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "district.yaml"


def run(*arguments: str | Path) -> Result:
    app = typer.Typer()
    app.command("import")(import_)
    app.command("export")(export)
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.fixture
def state(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/state.db"


def test_import_reports_what_it_did(state: str):
    first = run("import", EXAMPLE, "--state", state)
    assert first.exit_code == 0
    assert first.output.splitlines()[:2] == [
        "Read Harrison Unified: 2 schools, 3 calendars, 16 courses, 42 sections",
        "Calendars: 3 added",
    ]
    assert "Nothing has changed." in run("import", EXAMPLE, "--state", state).output


def test_import_reports_as_json(state: str):
    report = json.loads(run("import", EXAMPLE, "--state", state, "--json", "--format", "native").output)
    assert report["sections"]["added"] == 42
    assert report["complaints"] == []


def test_import_prunes_when_it_is_told_to(state: str, tmp_path: Path):
    run("import", EXAMPLE, "--state", state)
    less = tmp_path / "less.yaml"
    less.write_text(EXAMPLE.read_text(encoding="utf-8").split("courses:")[0], encoding="utf-8")
    assert "42 absent" in run("import", less, "--state", state).output
    assert "removed" in run("import", less, "--state", state, "--prune").output


def test_a_broken_file_changes_nothing(state: str, tmp_path: Path):
    run("import", EXAMPLE, "--state", state)
    before = run("export", "--state", state).output
    broken = tmp_path / "broken.yaml"
    broken.write_text("courses: [{number: x}]", encoding="utf-8")
    assert isinstance(run("import", broken, "--state", state).exception, NativeBroken)
    assert run("export", "--state", state).output == before


def test_export_writes_yaml_to_stdout_and_json_to_a_file(state: str, tmp_path: Path):
    run("import", EXAMPLE, "--state", state)
    assert run("export", "--state", state).output.startswith("# yaml-language-server")
    target = tmp_path / "out.json"
    assert run("export", "--state", state, "--format", "native", "--output", target).exit_code == 0
    assert len(json.loads(target.read_text(encoding="utf-8"))["courses"]) == 16
    assert run("export", "--state", state, "-o", tmp_path / "out.yaml").exit_code == 0
    assert (tmp_path / "out.yaml").read_text(encoding="utf-8") == run("export", "--state", state).output
    assert sorted(one.suffix for one in tmp_path.glob("out*")) == [".json", ".yaml"]


def test_export_that_can_not_be_written_is_told(state: str, tmp_path: Path):
    run("import", EXAMPLE, "--state", state)
    result = run("export", "--state", state, "--output", tmp_path / "nowhere" / "x.yaml")
    assert isinstance(result.exception, ExportUnwritable)


def test_export_never_makes_a_state(state: str, tmp_path: Path):
    assert isinstance(run("export", "--state", state).exception, StoreMissing)
    assert list(tmp_path.iterdir()) == []
