"""This room tells people in a few sentences what an edit or a record of uses did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.course import FIELD_AREAS, Counts
from reconciler.editing.ground import told
from reconciler.plan.words import KINDS, field_text, item_text, label, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.course import Use
    from reconciler.editing.results import Edited, Marked, Used
    from reconciler.editing.steps import Step


def edited(done: Edited) -> str:
    """What an edit did, a line for each item, and what follows from it."""
    return "\n".join(_edited(done))


def _edited(done: Edited) -> Iterator[str]:
    yield f"{plain(done.address)}:"
    if not done.run:
        yield "  nothing has changed; it is so already"
        return
    for step in done.steps:
        yield f"  {_step(step)}"
    if done.linked:
        yield "It came from above: what was pushed stays on record, and the difference is shown as drift."
    if done.cleared:
        yield "It was a residual; it is cleared."
    yield f"Run {done.run}."


def _step(step: Step) -> str:
    area, key, before, after = step
    there = after or before
    name = f"{KINDS[area]} {label(area, key, there)}"
    if after is None:
        return f"{name}: removed"
    if before is None:
        values = item_text(area, after)
        return f"{name}: {'set to' if area in FIELD_AREAS else 'added'}{values and f' {values}'}"
    fields = sorted({field for field, _ in (*before.fields, *after.fields)})
    changed = [
        f"{field if area not in FIELD_AREAS else ''} {field_text(area, field, before.get(field))} -> "
        f"{field_text(area, field, after.get(field))}".strip()
        for field in fields
        if before.get(field) != after.get(field)
    ]
    return f"{name}: {'; '.join(changed)}"


def marked(done: Marked) -> str:
    """What became of Ignore Master Push."""
    state = "is marked Ignore Master Push" if done.ignored else "is not marked Ignore Master Push"
    follows = "its school manages it" if done.ignored else "locks hold, and the next push compares it again"
    if not done.run:
        return f"{plain(done.address)} {state} already."
    return f"{plain(done.address)} {state} now: {follows}. Run {done.run}."


def used(done: Used) -> str:
    """What a record of uses did, a line for each use that changed."""
    lines = [
        f"  {_use(use, name)}: {told(before)} -> {told(after)}"
        for (use, before, after), name in zip(done.changed, done.names, strict=True)
    ]
    return "\n".join([f"{plain(done.address)}:", *lines, f"Run {done.run}."])


def _use(use: Use, name: str) -> str:
    return f"{KINDS[use.area]} {plain(name)}{f', term {use.term}' if use.term else ''}"


def counts_of(texts: tuple[str, ...]) -> Counts:
    """The counts of `assignments=2 scores=40`; raises ValueError with what is wrong."""
    found: dict[str, int] = {}
    for text in texts:
        name, sign, number = text.partition("=")
        if name not in Counts._fields or not sign or not number.isdecimal() or not number.isascii():
            raise ValueError(text)
        if name in found:
            raise ValueError(text)
        found[name] = int(number)
    return Counts(**found)
