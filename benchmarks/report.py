"""This room prints measured figures as Markdown: `python -m benchmarks.report FIGURES.json ...`.

Several files are read as one, so that growth is told from sizes that were measured apart.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from benchmarks.bars import Book, held
from benchmarks.table import markdown

Json = dict[str, Any]


def main() -> None:
    """Read the files, print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.report", description="Figures as Markdown.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="what --json wrote")
    files = [json.loads(path.read_text(encoding="utf-8")) for path in parser.parse_args().files]
    print("\n".join(markdown(read(files))))


def read(files: list[Json]) -> Book:
    """The figures of some files; of a size that is in several, the last file that has a figure counts."""
    sizes: dict[str, dict[str, Json]] = {}
    for told in files:
        for size, rows in told["sizes"].items():
            sizes.setdefault(size, {}).update((row["name"], row) for row in rows)
    clock = files[-1]["clock"]
    return Book({size: list(rows.values()) for size, rows in sizes.items()}, clock)


def written(book: Book, machine: Json) -> Json:
    """The figures with their bars, as `--json` writes them."""
    sizes: dict[str, list[Json]] = {size: [] for size in book.sizes}
    for (size, _), row in book.rows.items():
        sizes[size].append(row)
    bars = [
        {
            "figure": one.bar.figure,
            "size": one.size,
            "what": one.bar.what,
            "measured": round(one.measured, 3),
            "at_least" if one.bar.least else "at_most": one.bar.bar,
            "met": one.bar.met(one.measured),
        }
        for one in held(book)
    ]
    return {"machine": machine, "clock": book.clock, "sizes": sizes, "bars": bars}


if __name__ == "__main__":
    main()
