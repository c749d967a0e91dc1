"""However a command ends, it says so in words, with the right exit code, and never as a bug."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from reconciler import errors
from tests.commands.small_district import BEFORE_SCHOOL
from tests.commands.test_bad_input import state

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = (sys.executable, "-m", "reconciler")
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
FULL = Path("/dev/full")


def interruptible() -> None:
    """Undo what a shell may have said of ^C for programs in the background."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_an_interrupt_says_that_all_is_whole_and_how_to_go_on(district):
    os.mkfifo(district / "links.csv")
    before = state(district)
    going = subprocess.Popen(
        [*PROGRAM, "link", "--csv", "links.csv"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
        preexec_fn=interruptible,  # noqa: PLW1509 - nothing here has threads
    )
    with (district / "links.csv").open("w", encoding="utf-8"):
        going.send_signal(signal.SIGINT)
        out, err = going.communicate()
    assert going.returncode == errors.INTERRUPTED
    assert err == "Interrupted. What was written is whole; run the same command again to go on.\n"
    assert out == ""
    assert state(district) == before


@pytest.mark.parametrize("words", [(), ("report",)])
def test_help_that_nobody_asked_for_is_no_error_without_words(folder, reconcile, words):
    told = reconcile(*words)
    assert told.code == errors.USAGE
    assert "Usage:" in told.out + told.err
    assert "error:" not in told.err


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    "words", [("plan", "--to-sections", *BEFORE_SCHOOL), ("export",), ("validate",), ("schema", "plan")]
)
def test_a_full_disk_under_stdout_is_an_error_and_no_bug(district, words):
    with FULL.open("w") as full:
        told = subprocess.run(
            [*PROGRAM, *words], stdout=full, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT, check=False
        )
    assert told.returncode == errors.FAILED
    assert told.stderr.startswith("error: The result can't be written to stdout: No space left on device.\n")
    assert "ignored" not in told.stderr
    assert not (district / "reconcile-crash.txt").exists()


@pytest.mark.parametrize("words", [("plan",), ("apply",), ("validate",)])
def test_what_the_system_refuses_is_an_error_and_no_bug(district, reconcile, words):
    name = "x" * 300
    told = reconcile(*words, name)
    assert told.code == errors.FAILED
    assert "too long" in told.out + told.err
    assert name in told.out + told.err
    assert "Errno" not in told.out + told.err


@pytest.mark.parametrize("words", [("plan", *BEFORE_SCHOOL, "--out"), ("export", "--output")])
@pytest.mark.parametrize("place", [".", "..", "kept", "/"])
def test_a_folder_is_no_file_to_write(district, reconcile, words, place):
    (district / "kept").mkdir()
    names = sorted(one.name for one in district.iterdir())
    told = reconcile(*words, place)
    assert told.code == errors.FAILED
    assert f"error: {place} can't be written: it is a folder.\n" in told.err
    assert sorted(one.name for one in district.iterdir()) == names


def test_a_reader_that_goes_away_ends_nothing_in_failure(district):
    told = subprocess.run(
        ["bash", "-o", "pipefail", "-c", f"{sys.executable} -m reconciler schema catalog | head -c 1"],
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        check=False,
    )
    assert (told.returncode, told.stdout, told.stderr) == (0, "{", "")
