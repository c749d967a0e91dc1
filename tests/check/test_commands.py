"""`reconcile validate` and `reconcile schema`, run as commands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from typer.testing import CliRunner

from reconciler import schemas
from reconciler.commands.schema import schema
from reconciler.commands.validate import validate
from reconciler.errors import USAGE

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).resolve().parents[1] / "catalogs"
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def run(command: object, *words: str) -> tuple[int, str, str]:
    app = typer.Typer()
    app.command()(command)
    result = CliRunner().invoke(app, words)
    return result.exit_code, result.stdout, result.stderr


def test_a_good_catalog_ends_with_zero():
    code, out, _ = run(validate, str(EXAMPLES))
    assert (code, out) == (0, "1 catalog with 8 masters: no problems.\n")


def test_warnings_end_with_zero_too(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(ROOT / "bad")
    code, out, _ = run(validate, "warnings.yaml")
    assert code == 0
    assert out.splitlines()[-1] == "1 catalog with 8 masters: 10 warnings."


def test_an_error_reads_like_a_compilers_and_ends_with_one(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(ROOT / "bad")
    code, out, err = run(validate, "unknown-keys.yaml")
    lines = out.splitlines()
    assert code == 1
    assert err == ""
    assert lines[-3] == 'unknown-keys.yaml:11:26: error: unknown key "wieght" (did you mean "weight"?)'
    assert lines[-2].startswith("    these keys are known here: name, key, was, weight")
    assert lines[-1] == "1 catalog with 2 masters: 3 errors."


def test_json_has_the_same_problems(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(ROOT / "bad")
    code, out, _ = run(validate, "edge-spaces.yaml", "--format", "json")
    body = json.loads(out)
    assert code == 1
    assert (body["errors"], body["warnings"]) == (4, 0)
    assert body["catalogs"] == [{"name": "High School", "masters": 2}]
    assert len(body["digest"]) == 64
    assert body["problems"][1] == {
        "severity": "error",
        "code": "edge-space",
        "message": 'number " 1" has a space or line break at its edge',
        "remedy": "remove it",
        "file": "edge-spaces.yaml",
        "line": 7,
        "column": 14,
    }


def test_the_working_folder_is_looked_through_by_default(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(EXAMPLES)
    assert run(validate)[0] == 0


def test_a_missing_file_is_an_error_with_a_remedy(tmp_path: Path):
    code, out, _ = run(validate, str(tmp_path / "none.yaml"))
    assert code == 1
    assert "none.yaml: error: can't read this file: No such file or directory\n    check" in out
    assert out.endswith("0 catalogs with 0 masters: 1 error.\n")


def test_a_schema_is_printed_as_shipped():
    code, out, _ = run(schema, "catalog")
    assert code == 0
    assert out == schemas.text("catalog")
    assert json.loads(out)["$id"] == "https://reconciler.dev/schemas/catalog.schema.json"


def test_an_unknown_schema_is_a_usage_error():
    code, out, err = run(schema, "catlog")
    assert code == USAGE
    assert out == ""
    assert 'There is no schema "catlog" (did you mean "catalog"?).' in err
    assert "catalog" in err.splitlines()[1]
