"""The demo behind `make demo`: a small district from import to a second, empty plan.

It runs the commands that a person would type, from the project's folder. The state and the saved plan are in
a folder of their own that is removed at the end (`--keep FOLDER` keeps it).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CATALOG, DISTRICT = "examples/catalog.yaml", "examples/district.yaml"
DAY = "2026-07-20"
"""A day before school starts, so that the demo shows the same plan whenever it runs."""


def show(title: str, *words: str, folder: Path) -> None:
    """Print a command, run it, and stop the demo where it fails."""
    print(f"\n# {title}\n$ reconcile {' '.join(words)}".replace(f"{folder}/", ""), flush=True)
    state = {"RECONCILE_STATE": f"sqlite:///{folder / 'reconcile.db'}"}
    subprocess.run(
        [sys.executable, "-m", "reconciler", *words], cwd=ROOT, env={**os.environ, **state}, check=True
    )


def main(folder: Path) -> None:
    """Tell the story of one push."""
    push = (CATALOG, "--to-sections", "--as-of", DAY)
    plan = str(folder / "plan.json")
    show("The catalog is checked", "validate", CATALOG, folder=folder)
    show("What the schools have now goes into the state", "import", DISTRICT, folder=folder)
    show("Courses follow masters by number", "link", CATALOG, folder=folder)
    show("A plan: nothing is written", "plan", *push, "--out", plan, folder=folder)
    show("Exactly that is done", "apply", plan, "--yes", "--as-of", DAY, folder=folder)
    show("A second plan is empty but for what stays", "plan", *push, folder=folder)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--keep"]:
        kept = Path(sys.argv[2]).resolve()
        kept.mkdir(parents=True, exist_ok=True)
        main(kept)
    else:
        with tempfile.TemporaryDirectory() as place:
            main(Path(place))
