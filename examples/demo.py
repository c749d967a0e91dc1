"""The demo behind `make demo`: a small district from import to a second, empty plan.

It runs the same commands that a person would type, in a folder of its own that it removes at the end
(`--keep FOLDER` keeps it).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent
DAY = "2026-07-20"
"""A day before school starts, so that the demo shows the same plan whenever it runs."""


def show(title: str, *words: str, folder: Path) -> None:
    """Print a command, run it, and stop the demo where it fails."""
    shown = " ".join(word.replace(f"{EXAMPLES}/", "examples/") for word in words)
    print(f"\n# {title}\n$ reconcile {shown}", flush=True)
    subprocess.run([sys.executable, "-m", "reconciler", *words], cwd=folder, check=True)


def main(folder: Path) -> None:
    """Tell the story of one push."""
    catalog, district = str(EXAMPLES / "catalog.yaml"), str(EXAMPLES / "district.yaml")
    push = [catalog, "--to-sections", "--as-of", DAY]
    show("The catalog is checked", "validate", catalog, folder=folder)
    show("What the schools have now goes into reconcile.db", "import", district, folder=folder)
    show("Courses follow masters by number", "link", catalog, folder=folder)
    show("A plan: nothing is written", "plan", *push, "--out", "plan.json", folder=folder)
    show("Exactly that is done", "apply", "plan.json", "--yes", folder=folder)
    show("A second plan is empty but for what stays", "plan", *push, folder=folder)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--keep"]:
        Path(sys.argv[2]).mkdir(parents=True, exist_ok=True)
        main(Path(sys.argv[2]))
    else:
        with tempfile.TemporaryDirectory() as place:
            main(Path(place))
