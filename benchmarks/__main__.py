"""This room runs the figures, each in a process of its own, and prints them as a table (docs/speed.md)."""

from __future__ import annotations

import argparse
import gc
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.figures import FIGURES, LIMITS, chosen
from benchmarks.ground import Ground
from benchmarks.sizes import SIZES
from reconciler.commands import GARBAGE

Row = dict[str, Any]
MEGABYTE = 1024
"""Kilobytes, in which Linux tells the peak of a process (macOS tells bytes)."""
PREPARE = "prepare"


def main() -> None:
    """Measure one size; `--child` is how it calls itself."""
    asked = _options()
    if asked.child:
        gc.set_threshold(GARBAGE)  # as the program does
        print(json.dumps(_measure(asked.child, Ground(asked.folder, SIZES[asked.size]))))
        return
    if asked.folder is None:
        with tempfile.TemporaryDirectory(prefix="reconciler-bench-") as folder:
            rows = _all(Path(folder), asked.size, asked.only)
    else:
        asked.folder.mkdir(parents=True, exist_ok=True)
        rows = _all(asked.folder, asked.size, asked.only)
    if asked.json:
        told = {"size": asked.size, "figures": rows}
        asked.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure reconciler.")
    parser.add_argument("--size", choices=SIZES, default="M", help="how large a district (default: M)")
    parser.add_argument("--only", choices=FIGURES, help="just this figure, with the limit it is told by")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--folder", type=Path, help="keep the district there, to measure it again")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    return parser.parse_args()


def _measure(name: str, ground: Ground) -> Row:
    """One figure, in this process; preparing the ground is none."""
    if name == PREPARE:
        ground.grow(ground.sow(), ground.state)
        return {"bytes": ground.state.stat().st_size}
    took = FIGURES[name](ground)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
    return {
        "name": name,
        "seconds": round(took.seconds, 3),
        "processor": round(took.processor, 3),
        "peak_mb": round(peak),
        **took.facts,
    }


def _all(folder: Path, size: str, only: str | None) -> list[Row]:
    made = _child(folder, size, PREPARE)
    one = SIZES[size]
    print(
        f"{size}: {one.calendars:,} calendars, {one.masters:,} masters, {one.courses:,} courses,"
        f" {one.sections:,} sections; the state has {made['bytes'] / 1e6:.0f} MB"
    )
    print(f"{'figure':16}{'seconds':>9}{'processor':>11}{'peak MB':>9}{'x limit':>9}  facts")
    rows: list[Row] = []
    for name in chosen(size, only):
        row = _child(folder, size, name)
        rows.append(row)
        _say(row, rows)
    return rows


def _child(folder: Path, size: str, name: str) -> Row:
    command = [sys.executable, "-m", "benchmarks", "--size", size, "--folder", str(folder), "--child", name]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    row: Row = json.loads(done.stdout)
    return row


def _say(row: Row, rows: list[Row]) -> None:
    limit = next((one for one in rows if row["name"] in LIMITS.get(one["name"], ())), None)
    if limit is not None:
        row["times_limit"] = round(row["seconds"] / max(limit["seconds"], 0.001), 1)
    facts = {name: value for name, value in row.items() if name not in _COLUMNS}
    told = ", ".join(f"{value:,} {name}" for name, value in facts.items())
    times = row.get("times_limit", "")
    line = (
        f"{row['name']:16}{row['seconds']:9.2f}{row['processor']:11.2f}{row['peak_mb']:9,}{times:>9}  {told}"
    )
    print(line, flush=True)


_COLUMNS = frozenset({"name", "seconds", "processor", "peak_mb", "times_limit"})

if __name__ == "__main__":
    main()
