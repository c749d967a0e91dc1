"""This room is the one model of every report: a table with a title, in plain values.

Whatever computes a report knows nothing of how it is told; whatever tells it (`reports/voices/`) knows
nothing of what it means.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

Cell = str | int | bool | tuple[str, ...] | None
"""One value of a row; several texts are told as a list."""


class Column(NamedTuple):
    """One column: its name in JSON and CSV (snake_case, never changed), and its title for people.

    `detail`: only JSON and CSV tell it; people would read the same twice.
    """

    name: str
    title: str
    detail: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """One report. `facts`: what it was asked for, and its sums, as (name, title, value).

    `group`: how many leading columns are told once for rows that share them, where a voice can.
    `notes`: sentences for people, below; `nothing`: what is said where there is no row.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    facts: tuple[tuple[str, str, Cell], ...] = ()
    group: int = 0
    notes: tuple[str, ...] = ()
    nothing: str = "Nothing."
