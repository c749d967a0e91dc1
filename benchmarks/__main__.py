"""This room runs the figures, each in a process of its own, and prints them as a table (docs/speed.md)."""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import table
from benchmarks.bars import Book, Row
from benchmarks.figures import BOTH, FIGURES, POSTGRES, SQLITE, chosen, needed
from benchmarks.measure import Missing, peak
from benchmarks.report import written
from benchmarks.sizes import SIZES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

PREPARE = "prepare"
REPEAT = 3
PATIENCE = 60
"""Seconds after which a figure is not repeated, unless --repeat says so."""


def main() -> None:
    """Measure some sizes; `--child` is how it calls itself."""
    asked = _options()
    if asked.child:
        print(json.dumps(_measured(asked)))
        return
    try:
        book = _booked(asked)
    except Missing as missing:
        sys.exit(str(missing))
    print("\n".join(["", f"bars, by the {asked.clock} clock:", *table.bars(book)]))
    path = asked.json or Path("build") / f"bench-{'-'.join(asked.size)}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(written(book, _machine()), indent=1) + "\n", encoding="utf-8")
    print(f"\nEvery run is in {path}.")


def _booked(asked: argparse.Namespace) -> Book:
    """Measure, in a folder that is kept where one was named, with a server where one is wanted."""
    with ExitStack() as stack:
        folder = asked.folder
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="reconciler-bench-")))
        if asked.database == POSTGRES:
            from benchmarks.server import serving

            stack.enter_context(serving(folder))
        return Bench(asked, folder).run()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure reconciler.")
    say = parser.add_argument
    say(
        "--size", type=_some(SIZES), default=["M"], help=f"how large: {', '.join(SIZES)}; several with commas"
    )
    say("--only", type=_some(FIGURES), default=[], help="just these figures, with what they are told by")
    say("--json", type=Path, metavar="FILE", help="write every run there (build/bench-SIZE.json)")
    say("--folder", type=Path, help="keep the district there, to measure it again")
    say("--repeat", type=int, metavar="N", help=f"runs of each figure ({REPEAT}, of long ones fewer)")
    say("--clock", choices=("wall", "processor"), default="wall", help="by which time bars are judged")
    say("--database", choices=sorted(BOTH), default=SQLITE, help="what the state is kept in")
    say("--whole", action="store_true", help="no samples: what people would use runs in full, for hours")
    say("--child", help=argparse.SUPPRESS)
    return parser.parse_args()


def _some(known: Collection[str]) -> Callable[[str], list[str]]:
    def read(text: str) -> list[str]:
        names = text.split(",")
        for name in names:
            if name not in known:
                raise argparse.ArgumentTypeError(f"{name} is none of {', '.join(known)}")
        return names

    return read


def _measured(asked: argparse.Namespace) -> Row:
    """One figure, in this process; preparing the ground is none."""
    from benchmarks.ground import Ground
    from reconciler.commands import GARBAGE

    gc.set_threshold(GARBAGE)  # as the program does
    ground = Ground(asked.folder, SIZES[asked.size[0]], whole=asked.whole)
    if asked.child == PREPARE:
        ground.prepare()
        return {"bytes": ground.state.stat().st_size}
    try:
        took = FIGURES[asked.child].run(ground)
    except Missing as missing:
        return {"name": asked.child, "skipped": str(missing)}
    return {
        "name": asked.child,
        "seconds": round(took.seconds, 3),
        "processor": round(took.processor, 3),
        "peak_mb": round(took.peak or peak()),
        **took.facts,
    }


@dataclass(slots=True)
class Bench:
    """Runs the figures of some sizes, one child after another, and says them as they come."""

    asked: argparse.Namespace
    folder: Path
    sizes: dict[str, list[Row]] = field(default_factory=dict)

    def run(self) -> Book:
        """All sizes; gives what was measured."""
        for size in self.asked.size:
            folder = self.folder if len(self.asked.size) == 1 else self.folder / size
            folder.mkdir(parents=True, exist_ok=True)
            made = self._child(folder, size, PREPARE)
            print(
                f"{table.size_line(size)}; the state has {made['bytes'] / 1e6:.0f} MB\n{table.HEAD}",
                flush=True,
            )
            self.sizes[size] = []
            for row in self._rows(folder, size):
                self.sizes[size].append(row)
                print(table.line(row, self.book(), size), flush=True)
        return self.book()

    def book(self) -> Book:
        """What was measured so far."""
        return Book(self.sizes, "seconds" if self.asked.clock == "wall" else self.asked.clock)

    def _rows(self, folder: Path, size: str) -> Iterator[Row]:
        done: dict[str, Row] = {}
        for name in chosen(size, self.asked.database, self.asked.only):
            for before in (*needed(name), name):
                if before not in done:
                    done[before] = self._figure(folder, size, before)
            yield done[name]

    def _figure(self, folder: Path, size: str, name: str) -> Row:
        """The best of some runs; each run is kept beside it."""
        runs: list[Row] = []
        while not runs or self._again(name, runs):
            runs.append(self._child(folder, size, name))
        if "skipped" in runs[0]:
            return runs[0]
        best = min(runs, key=lambda row: float(row["seconds"]))
        kept = ("seconds", "processor", "peak_mb")
        return {
            **best,
            "processor": min(row["processor"] for row in runs),
            "peak_mb": max(row["peak_mb"] for row in runs),
            "runs": [{key: row[key] for key in kept} for row in runs],
        }

    def _again(self, name: str, runs: list[Row]) -> bool:
        if "skipped" in runs[0] or FIGURES[name].once:
            return False
        if self.asked.repeat is not None:
            return len(runs) < int(self.asked.repeat)
        spent = sum(float(row["seconds"]) for row in runs)
        return len(runs) < REPEAT and spent < PATIENCE

    def _child(self, folder: Path, size: str, name: str) -> Row:
        command = [
            sys.executable,
            "-m",
            "benchmarks",
            "--size",
            size,
            "--folder",
            str(folder),
            "--child",
            name,
        ]
        command += ["--whole"] * self.asked.whole
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        row: Row = json.loads(done.stdout)
        return row


def _machine() -> Row:
    return {
        "system": platform.platform(),
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "load": os.getloadavg()[0],
    }


if __name__ == "__main__":
    main()
