"""This room changes one place of a YAML text and leaves every other byte as it is.

Every function takes a text that is one mapping, and a way into it, and gives the new text. Lines end with a
line feed in here; `files` knows how the file ends them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import reconciler.rewriting.words as w
from reconciler.catalog.document import clean
from reconciler.rewriting.tree import Node, Sort, tree

if TYPE_CHECKING:
    from reconciler.rewriting.tree import Path
    from reconciler.rewriting.words import Words

_COLON = re.compile(r"\s*:")


def put(text: str, path: Path, given: Words) -> str:
    """Set the value of a key; a new key comes last in its mapping, which must be there."""
    root = tree(text)
    table = root.at(path[:-1])
    key = str(path[-1])
    if table is None or table.sort is not Sort.TABLE:
        raise LookupError(path)
    pair = table.pair(key)
    return _add(text, table, key, given) if pair is None else _replace(text, table, pair, given)


def _replace(text: str, table: Node, pair: tuple[Node, Node], given: Words) -> str:
    name, old = pair
    colon = _COLON.match(text, name.end)
    if colon is None:  # `{I, II}`: keys without values
        return f"{text[: name.end]}: {w.inline(given)}{text[name.end :]}"
    if table.flow or isinstance(given, str):
        new = w.inline(given)
        if old.start < old.end and (old.flow or old.sort in (Sort.TEXT, Sort.ALIAS)):
            return text[: old.start] + new + text[old.end :]
        return text[: colon.end()] + " " + new + text[max(old.end, colon.end()) :]
    rows = "".join(f"\n{' ' * (table.column + 2)}- {one}" for one in given)
    return text[: colon.end()] + rows + text[max(old.end, colon.end()) :]


def _add(text: str, table: Node, key: str, given: Words) -> str:
    if not table.flow:
        told = w.block({key: given}, table.column)
        place = line_end(text, table.end)
        return text[:place] + "\n" + " " * table.column + told + text[place:]
    told = f"{w.said(key)}: {w.inline(given)}"
    if not table.pairs:
        return text[: table.start] + "{" + told + "}" + text[table.end :]
    name, last = table.pairs[-1]
    place = max(last.end if last.start < last.end else name.end, name.end)
    if last.start == last.end:  # a key without a value: its colon stays with it
        colon = _COLON.match(text, name.end)
        place = colon.end() if colon else name.end
    gap = _gap(text, table, place, len(told))
    comma = " ," if text[:place].endswith(":") else ","  # `a:,` is no YAML for the C parser
    return text[:place] + comma + gap + told + text[place:]


def _gap(text: str, holder: Node, place: int, length: int) -> str:
    """What stands between two entries in brackets: a space, or a new line where this one is full."""
    long = place - (text.rfind("\n", 0, place) + 1) + length > w.WIDTH
    first = (holder.pairs[0][0] if holder.pairs else holder.rows[0]).column
    return "\n" + " " * first if long else " "


def cut(text: str, path: Path) -> str:
    """Take a key out of its mapping, or an entry out of its list; what is left empty stays, empty."""
    root = tree(text)
    holder = root.at(path[:-1])
    step = path[-1]
    if holder is None:
        return text
    if isinstance(step, int):
        parts = [(row, row) for row in holder.rows]
        index = step
    else:
        parts = holder.pairs
        index = next((n for n, pair in enumerate(parts) if clean(pair[0].value) == step), -1)
    if not 0 <= index < len(parts):
        return text
    if len(parts) == 1:
        return _emptied(text, root, holder, path[:-1])
    return _cut_flow(text, parts, index) if holder.flow else _cut_block(text, holder, parts, index)


def _emptied(text: str, root: Node, holder: Node, path: Path) -> str:
    nothing = "[]" if holder.sort is Sort.ROWS else "{}"
    if holder.flow:
        return text[: holder.start] + nothing + text[holder.end :]
    table = root.at(path[:-1])
    pair = table.pair(str(path[-1])) if table and path else None
    if table is None or pair is None:
        raise LookupError(path)
    return _replace(text, table, pair, nothing)


def _cut_flow(text: str, parts: list[tuple[Node, Node]], index: int) -> str:
    if index + 1 < len(parts):
        return text[: parts[index][0].start] + text[parts[index + 1][0].start :]
    before = parts[index - 1]
    start = max(before[0].end, before[1].end if before[1].start < before[1].end else 0)
    if before[1].start == before[1].end:
        colon = _COLON.match(text, before[0].end)
        start = colon.end() if colon else start
    here = parts[index]
    rest = text[max(here[0].end, here[1].end) :]
    return text[:start] + (" " if text[:start].endswith(":") and not rest[:1].isspace() else "") + rest


def _cut_block(text: str, holder: Node, parts: list[tuple[Node, Node]], index: int) -> str:
    starts = [_begin(text, holder, pair[0].start) for pair in parts]
    start, end = starts[index], max(parts[index][0].end, parts[index][1].end)
    if not text[text.rfind("\n", 0, start) + 1 : start].strip():
        start = text.rfind("\n", 0, start) + 1
        end = line_end(text, end)
        if end == len(text):  # the last line of a text that ends without a line feed
            return text[: max(0, start - 1)] + text[end:]
        return text[:start] + text[end + 1 :]
    return text[:start] + text[starts[index + 1] if index + 1 < len(parts) else end :]


def _begin(text: str, holder: Node, start: int) -> int:
    """Where an entry of a block begins: its key, or the dash before it."""
    if holder.sort is not Sort.ROWS:
        return start
    line = text.rfind("\n", 0, start) + 1
    while True:
        dash = line + holder.column
        if text[dash : dash + 1] == "-" and dash < start and not text[line:dash].strip(" -"):
            return dash
        if line == 0:
            return start
        line = text.rfind("\n", 0, line - 1) + 1


def append(text: str, path: Path, fields: dict[str, Words]) -> str:
    """Add an entry to the list at the end of a way; the list is made where there is none."""
    root = tree(text)
    rows = root.at(path)
    if rows is None or rows.sort is not Sort.ROWS:
        return put(text, path, (w.flow(fields),))
    told = w.flow(fields)
    if rows.flow:
        return _append_flow(text, root, rows, path, told)
    if rows.column + 2 + len(told) > w.WIDTH:
        told = w.block(fields, rows.column + 2)
    place = line_end(text, rows.end)
    return text[:place] + "\n" + " " * rows.column + "- " + told + text[place:]


def _append_flow(text: str, root: Node, rows: Node, path: Path, told: str) -> str:
    if not rows.rows:
        table = root.at(path[:-1])
        pair = table.pair(str(path[-1])) if table else None
        if table is None or pair is None or table.flow:
            return text[: rows.start] + f"[{told}]" + text[rows.end :]
        return _replace(text, table, pair, (told,))
    place = rows.rows[-1].end
    return text[:place] + "," + _gap(text, rows, place, len(told)) + told + text[place:]


def line_end(text: str, place: int) -> int:
    """The end of the line that a place is in, with the comment that may stand there."""
    found = text.find("\n", place)
    return len(text) if found < 0 else found
