"""A folder of one's own with a small district, and the program to run there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from reconciler.commands import run
from tests.commands.small_district import CATALOG, DISTRICT


@dataclass
class Told:
    """What one run of the program said."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """An empty working folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("RECONCILE_STATE", "RECONCILE_USER"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def reconcile(folder, capsys):
    """Run `reconcile WORDS` in the folder."""

    def call(*words: str) -> Told:
        capsys.readouterr()
        code = run([str(word) for word in words])
        said = capsys.readouterr()
        return Told(code, said.out, said.err)

    return call


@pytest.fixture
def district(folder, reconcile) -> Path:
    """The folder with a catalog, and a state into which the district was imported and linked."""
    (folder / "catalog.yaml").write_text(CATALOG, encoding="utf-8")
    (folder / "district.json").write_text(json.dumps(DISTRICT), encoding="utf-8")
    assert reconcile("import", "district.json").code == 0
    assert reconcile("link").code == 0
    return folder
