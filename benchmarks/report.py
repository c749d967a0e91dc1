"""This room prints measured figures as Markdown: `python -m benchmarks.report FIGURES.json ...`.

Several files are read as one, so that growth is told from sizes that were measured apart. `--into` puts the
tables into a page, between its two marks.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from benchmarks.bars import Book, held
from benchmarks.table import markdown

Json = dict[str, Any]
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"


def main() -> None:
    """Read the files; print the tables, or put them into a page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.report", description="Figures as Markdown.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="what --json wrote")
    parser.add_argument("--into", type=Path, metavar="PAGE", help=f"put them between {BEGIN} and {END}")
    asked = parser.parse_args()
    text = "\n".join(markdown(read([json.loads(path.read_text(encoding="utf-8")) for path in asked.files])))
    if asked.into is None:
        print(text)
        return
    page = asked.into.read_text(encoding="utf-8")
    if page.count(BEGIN) != 1 or page.count(END) != 1:
        parser.error(f"{asked.into} needs {BEGIN} and {END}, each once")
    before, _, rest = page.partition(BEGIN)
    asked.into.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


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
