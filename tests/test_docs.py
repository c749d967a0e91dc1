"""Every command that the README and the docs show is run, in the order in which a page shows them."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from reconciler.commands import run
from tests.formats.edfi_files import edfi_folder
from tests.formats.roster_files import write_package, zipped

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
PENDING = 2


def blocks(page: Path, *kinds: str):
    """The fenced blocks of these kinds."""
    return [body for kind, body in FENCE.findall(page.read_text(encoding="utf-8")) if kind in kinds]


def commands(page: Path) -> list[list[str]]:
    """The words of every `$ reconcile ...` (or `reconcile ...` in a block without a kind)."""
    lines = [
        line.strip().removeprefix("$ ") for body in blocks(page, "console", "") for line in body.splitlines()
    ]
    return [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("reconcile ")]


@pytest.fixture
def sandbox(tmp_path, monkeypatch):
    """A folder with everything that the pages speak of."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RECONCILE_STATE", raising=False)
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    shutil.copy(tmp_path / "examples/district.yaml", tmp_path / "district.yaml")
    (first,) = [body for body in blocks(ROOT / "README.md", "yaml") if "catalog:" in body]
    (tmp_path / "catalog.yaml").write_text(re.sub("^   ", "", first, flags=re.MULTILINE), encoding="utf-8")
    edfi_folder(tmp_path / "edfi")
    zipped(write_package(tmp_path / "roster"), tmp_path / "oneroster.zip")
    return tmp_path


@pytest.mark.parametrize("page", [page for page in PAGES if commands(page)], ids=lambda page: page.name)
def test_every_command_of_a_page_works(page, sandbox, capsys):
    ready = [] if page.name == "import.md" else [["import", "district.yaml"], ["link", "catalog.yaml"]]
    for words in [*ready, *commands(page)]:
        code = run(words)
        said = capsys.readouterr()
        allowed = {0, PENDING} if "--detailed-exitcode" in words else {0}
        assert code in allowed, f"reconcile {' '.join(words)}\n{said.err}"


def test_the_plan_in_the_readme_is_what_people_see(sandbox, capsys):
    (shown,) = [body for body in blocks(ROOT / "README.md", "console") if "Plan:" in body]
    for words in (["import", "examples/district.yaml"], ["link", "examples/catalog.yaml"]):
        assert run(words) == 0
    command, _, plan = shown.partition("\n")
    capsys.readouterr()
    assert run(shlex.split(command)[2:]) == 0
    seen = iter(capsys.readouterr().out.splitlines())
    told = [line for line in plan.splitlines() if line.strip() != "..."]
    assert [line for line in told if line not in seen] == [], "each line must follow the one before"


def test_every_link_of_a_page_leads_somewhere():
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_exit_code_is_explained():
    from reconciler import errors

    codes = {value for name, value in vars(errors).items() if name.isupper() and isinstance(value, int)}
    told = (ROOT / "docs/exit-codes.md").read_text(encoding="utf-8")
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", told, re.MULTILINE)} == codes
