"""This room runs `reconcile adopt`: it writes a first catalog from what courses have."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconciler.commands.settings import StateOption, open_state

if TYPE_CHECKING:
    from reconciler.adopting import Adopted, Asked
    from reconciler.current import Store, Transaction
    from reconciler.desired import Loaded
    from reconciler.linking import Linked

    Outcome = tuple[Adopted, Loaded, Linked | None]

STDOUT = Path("-")


def adopt(
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The file to write; - or nothing: stdout.", show_default=False),
    ] = None,
    *,
    name: Annotated[str, typer.Option("--name", help="What the catalog is called.")] = "Adopted",
    year: Annotated[
        int | None,
        typer.Option(
            "--year",
            help="Only this school year, by the year in which it ends; else all of the state.",
            show_default=False,
        ),
    ] = None,
    school: Annotated[
        list[str] | None,
        typer.Option("--school", metavar="GLOB", help="Only these schools.", show_default=False),
    ] = None,
    calendar: Annotated[
        list[str] | None,
        typer.Option("--calendar", metavar="GLOB", help="Only these calendars.", show_default=False),
    ] = None,
    min_courses: Annotated[
        int, typer.Option("--min-courses", min=1, help="Masters only for numbers that so many courses have.")
    ] = 1,
    link: Annotated[
        bool, typer.Option("--link", help="Link the courses to the masters, and record what equals theirs.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
    state: StateOption = None,
) -> None:
    """Write a first catalog from what courses have: a master for each number, as most of its courses are.

    What all courses agree on is locked, the rest is listed and unlocked, with comments that say how many
    differ; so a push of it moves nobody's grades. The file is written whole or not at all.
    """
    from reconciler.adopting import Asked
    from reconciler.adopting.saving import room_for

    if output is not None and output != STDOUT:
        room_for(output, force=force)
    asked = Asked(name, year, tuple(school or ()), tuple(calendar or ()), min_courses)
    store = open_state(state)
    try:
        made, loaded, done = (_linking if link else _reading)(store, asked, output, force)
    finally:
        store.close()
    typer.echo(_summary(made, loaded, done, output), err=True)


def _reading(store: Store, asked: Asked, output: Path | None, force: bool) -> Outcome:
    from reconciler.adopting import adopt as make
    from reconciler.adopting import proved

    with store.read() as snapshot:
        made = make(asked, snapshot)
    loaded = proved(made)
    _write(made, output, force)
    return made, loaded, None


def _linking(store: Store, asked: Asked, output: Path | None, force: bool) -> Outcome:
    from reconciler.adopting import adopt as make
    from reconciler.adopting import link_courses, proved
    from reconciler.receipts import begin, now

    with store.write() as tx:
        made = make(asked, tx)
        loaded = proved(made)
        _leave_to_link(tx, made)
        run = begin(tx, "link", options=json.dumps({"adopt": dataclasses.asdict(asked)}, ensure_ascii=False))
        done = link_courses(tx, run, made, loaded.catalogs[0])
        told = {"catalog": made.catalog.name, "courses": done.courses, "items": done.items}
        tx.end_run(run, now(), "done", json.dumps(told, ensure_ascii=False))
        _write(made, output, force)
    return made, loaded, done


def _leave_to_link(tx: Transaction, made: Adopted) -> None:
    """Ask for the right to edit, as `reconcile link` does; raises PushRefused, CalendarsLocked."""
    from reconciler.commands.permitting import need
    from reconciler.guard import alone

    places = {course.calendar_id for courses in made.courses.values() for course in courses}
    need("edit", [one for one in tx.calendars() if one.id in places], past=False)
    alone(tx, places)


def _write(made: Adopted, output: Path | None, force: bool) -> None:
    from reconciler.adopting import save

    if output is None or output == STDOUT:
        typer.echo(made.text, nl=False)
    else:
        save(made.text, output, force=force)


def _summary(made: Adopted, loaded: Loaded, done: Linked | None, output: Path | None) -> str:
    from reconciler.adopting.remarks import count, left_out

    masters = count(len(made.catalog.masters), "master")
    lines = [f"{masters} for {count(made.covered, 'course')}; {made.deviating} of them differ in something."]
    lines += left_out(made.left)
    if made.open:
        lines.append(f"{count(made.open, 'list')} known by name only: complete what has the mark ?.")
    warnings = Counter(one.code for one in loaded.problems)
    if warnings:
        told = ", ".join(f"{code} {times}" for code, times in sorted(warnings.items()))
        lines.append(f"`reconcile validate` warns {count(sum(warnings.values()), 'time')}: {told}.")
    if done is not None:
        lines.append(
            f"Linked {count(done.courses, 'course')}; {count(done.items, 'item')} recorded as linked."
        )
    if output is not None and output != STDOUT:
        lines.append(f"Written to {output}.")
    return "\n".join(lines)
