"""Every command that the README and the docs show is run, in the order in which a page shows them."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from reconciler.commands import run
from tests import pages
from tests.formats.edfi_files import edfi_folder
from tests.formats.roster_files import write_package, zipped
from tests.pages import ROOT, Command, Section, Setting

if TYPE_CHECKING:
    from pathlib import Path

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PLAYED = [page for page in PAGES if any(pages.commands(page))]
TELLING = {"tutorial.md", "how-to.md"}
"""The pages of which each line of output that they show must be seen when they are played."""
PENDING = 2


@pytest.fixture
def sandbox(tmp_path, monkeypatch):
    """A folder with everything that the pages speak of, in ada's name."""
    folder = tmp_path / "here"
    shutil.copytree(ROOT / "examples", folder / "examples")
    shutil.copy(folder / "examples/district.yaml", folder / "district.yaml")
    (first,) = [one for one in pages.written(ROOT / "README.md") if one.name == "catalog.yaml"]
    first.do(folder)
    edfi_folder(folder / "edfi")
    zipped(write_package(folder / "roster"), folder / "oneroster.zip")
    return sit(folder, monkeypatch)


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """A folder for a page that writes all its files itself; only the examples are there."""
    shutil.copytree(ROOT / "examples", tmp_path / "here/examples")
    return sit(tmp_path / "here", monkeypatch)


def sit(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in this folder."""
    monkeypatch.chdir(folder)
    monkeypatch.delenv("RECONCILE_STATE", raising=False)
    monkeypatch.setenv("RECONCILE_AS_OF", os.environ["RECONCILE_AS_OF"])  # so that it is put back
    monkeypatch.setenv("RECONCILE_USER", "ada")
    return folder


def program(folder: Path) -> dict[str, str]:
    """An environment in which a shell finds `reconcile`."""
    place = folder.parent / "bin"
    place.mkdir(exist_ok=True)
    (place / "reconcile").write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -m reconciler "$@"\n', encoding="utf-8"
    )
    (place / "reconcile").chmod(0o755)
    return {**os.environ, "PATH": f"{place}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}


def play(command: Command, folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Run a command, check its exit code, and return what it said."""
    if command.words[0] == "reconcile":
        code = run(command.words[1:])
        said = "".join(capsys.readouterr())
    else:
        done = subprocess.run(command.words, env=program(folder), capture_output=True, text=True, check=False)
        code, said = done.returncode, done.stdout + done.stderr
    allowed = (
        {command.code, PENDING}
        if "--detailed-exitcode" in command.words and not command.code
        else {command.code}
    )
    assert code in allowed, f"{shlex.join(command.words)}\nexit {code}\n{said}"
    return said


def follow(section: Section, folder: Path, capsys: pytest.CaptureFixture[str], telling: bool) -> None:
    """Do what a section says, step by step."""
    for step in section.steps:
        if not isinstance(step, Command):
            step.do(folder)
            continue
        said = play(step, folder, capsys)
        if telling:
            assert pages.unseen(step.shown, said) == [], f"{shlex.join(step.words)}\n{said}"


def ready(page: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a page takes for granted: schools are imported, courses are linked."""
    if page.name != "import.md" and not pages.says(page, pages.FROM_NOTHING):
        for words in ("reconcile import district.yaml", "reconcile link catalog.yaml"):
            play(Command(words.split(), 0, ()), folder, capsys)


def begins(page: Path, request: pytest.FixtureRequest) -> Path:
    """The folder in which a page begins."""
    return request.getfixturevalue("empty" if pages.says(page, pages.FROM_NOTHING) else "sandbox")


@pytest.mark.parametrize("page", PLAYED, ids=lambda page: page.name)
def test_every_command_of_a_page_works(page, request, capsys):
    folder = begins(page, request)
    ready(page, folder, capsys)
    told = pages.sections(page)
    if pages.says(page, pages.ON_A_SERVER):
        told = pages.served(told, request.getfixturevalue("postgres"))
    first, *others = told
    follow(first, folder, capsys, page.name in TELLING)
    kept = folder.parent / "kept"
    shutil.copytree(folder, kept)
    for section in others:
        if pages.says(page, pages.EACH_SECTION):
            again(folder, kept, first)
        follow(section, folder, capsys, page.name in TELLING)


def again(folder: Path, kept: Path, first: Section) -> None:
    """Make the folder what it was behind the first steps of a page, and the variables too; stay in it."""
    for step in first.steps:
        if isinstance(step, Setting):
            step.do(folder)
    for there in folder.iterdir():
        shutil.rmtree(there) if there.is_dir() else there.unlink()
    shutil.copytree(kept, folder, dirs_exist_ok=True)


def test_the_tutorial_shows_what_people_see():
    shown = [line for one in pages.commands(ROOT / "docs/tutorial.md") for line in one.shown]
    assert len(shown) > 60


def test_the_plan_in_the_readme_is_what_people_see(sandbox, capsys):
    (shown,) = [
        one for one in pages.commands(ROOT / "README.md") if any("Plan:" in line for line in one.shown)
    ]
    for words in ("reconcile import examples/district.yaml", "reconcile link examples/catalog.yaml"):
        play(Command(words.split(), 0, ()), sandbox, capsys)
    assert pages.unseen(shown.shown, play(shown, sandbox, capsys)) == [], (
        "each line must follow the one before"
    )


def test_every_link_of_a_page_leads_somewhere():
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)[#)]", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_anchor_of_a_link_is_a_heading():
    for page in PAGES:
        for target, anchor in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", page.read_text(encoding="utf-8")):
            there = page.parent / target if target else page
            assert anchor in pages.anchors(there), f"{page.name}: {target}#{anchor}"


def test_every_page_is_reached_from_the_readme():
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        reached.add(page)
        targets = re.findall(r"\]\(([^)#:]+\.md)", page.read_text(encoding="utf-8"))
        found = {(page.parent / target).resolve() for target in targets}
        waiting.extend(found - reached)
    lost = [page.name for page in PAGES if page not in reached and page.parent.name != "decisions"]
    assert lost == []


def test_every_exit_code_is_explained():
    from reconciler import errors

    codes = {value for name, value in vars(errors).items() if name.isupper() and isinstance(value, int)}
    told = (ROOT / "docs/exit-codes.md").read_text(encoding="utf-8")
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", told, re.MULTILINE)} == codes


def test_the_terms_name_what_is_there():
    said = (ROOT / "docs/terms.md").read_text(encoding="utf-8")
    known = (ROOT / "docs/reference.md").read_text(encoding="utf-8")
    verbs = set(re.findall(r"^## reconcile (.+)$", known, re.MULTILINE))
    for words in re.findall(r"`reconcile ([a-z][a-z -]*)", said):
        assert any(words == verb or words.startswith(f"{verb} ") for verb in verbs), words
    for option in re.findall(r"(--[a-z][a-z-]*)", said):
        assert re.search(rf"{option}\b", known), option
    schemas = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "schemas").glob("*.json"))
    keys = {*re.findall(r"`([a-z]+(?:_[a-z]+)+)", said), *re.findall(r"`([a-z_]+):", said)}
    assert [key for key in sorted(keys) if f'"{key}"' not in schemas and key not in known] == []
