"""Commands and the larder: --no-cache, and what a command need not enter when all is kept."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from reconciler.commands import app, run
from reconciler.desired import loading

HEAVY = ("yaml", "jsonschema", "reconciler.check.checking", "reconciler.desired.resolving")
READING = {
    "validate", "plan", "apply", "relink", "link", "copy-master", "edit", "show", "drift", "roll-forward",
    "report awaiting-masters", "report audit", "batch submit",
}  # fmt: skip


@pytest.fixture
def kept(kitchen, monkeypatch):
    """A larder for commands, in a working folder with one catalog."""
    monkeypatch.setenv("RECONCILE_CACHE", str(kitchen.kept))
    monkeypatch.chdir(kitchen.folder)
    return kitchen


def test_a_command_keeps_what_it_reads(kept, capsys):
    run(["validate", "catalog.yaml"])
    first = capsys.readouterr()
    assert len(kept.entries()) == 1
    run(["validate", "catalog.yaml"])
    assert capsys.readouterr() == first


def test_no_cache_does_not_write(kept, capsys):
    run(["validate", "catalog.yaml", "--no-cache"])
    assert "1 catalog with 3 masters" in capsys.readouterr().out
    assert not kept.kept.exists()


def test_no_cache_leaves_what_is_kept(kept, capsys):
    run(["validate", "catalog.yaml"])
    (entry,) = kept.entries()
    seen = entry.read_bytes(), entry.stat().st_mtime_ns
    capsys.readouterr()
    run(["validate", "catalog.yaml", "--no-cache"])
    assert (entry.read_bytes(), entry.stat().st_mtime_ns) == seen


def test_no_cache_enters_the_parser_although_all_is_kept(kept):
    assert entered(kept, "validate", "catalog.yaml") == list(HEAVY)
    assert entered(kept, "validate", "catalog.yaml") == []
    assert entered(kept, "validate", "catalog.yaml", "--no-cache") == list(HEAVY)


def test_the_variable_turns_it_off(kept, monkeypatch):
    monkeypatch.setenv("RECONCILE_CACHE", "off")
    assert entered(kept, "validate", "catalog.yaml") == list(HEAVY)
    assert entered(kept, "validate", "catalog.yaml") == list(HEAVY)
    assert not kept.kept.exists()


def entered(kept, *words: str) -> list[str]:
    """The heavy rooms that a command enters in a process of its own."""
    text = f"import sys\nfrom reconciler.commands import run\nrun({list(words)!r})\n"
    text += f"print(*[one for one in {HEAVY!r} if one in sys.modules], sep=chr(10), file=sys.stderr)"
    root = str(Path(__file__).resolve().parents[2])
    done = subprocess.run(
        [sys.executable, "-c", text],
        cwd=kept.folder, env={**os.environ, "PYTHONPATH": root}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stderr.split()


def test_every_command_that_reads_catalogs_has_the_option():
    found = set()

    def walk(command: object, name: str) -> None:
        for word, one in getattr(command, "commands", {}).items():
            walk(one, f"{name} {word}".strip())
        if any("--no-cache" in getattr(one, "opts", ()) for one in command.params):
            found.add(name)

    walk(typer.main.get_command(app), "")
    assert found == READING


def test_searching_for_garbage_goes_on_after_loading(kept):
    import gc

    assert gc.isenabled()
    with loading._unswept():
        assert not gc.isenabled()
    assert gc.isenabled()
    gc.disable()
    try:
        with loading._unswept():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
