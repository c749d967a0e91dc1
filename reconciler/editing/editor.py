"""This room carries an edit out: one transaction, one run in the journal, one move of one host."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import reconciler.editing.steps as s
import reconciler.editing.uses as u
from reconciler.address import parse
from reconciler.course import FIELD_AREAS, Area, Counts, Part, Use, ref_of
from reconciler.editing.batch import batch
from reconciler.editing.ground import place
from reconciler.editing.results import Edited, Marked, Used
from reconciler.errors import AddressWrong
from reconciler.guard import alone
from reconciler.receipts import begin, now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from reconciler.course import Calendar, Catalog
    from reconciler.current import Store, Transaction
    from reconciler.editing.ground import Place
    from reconciler.editing.steps import Steps
    from reconciler.editing.uses import Uses


def _anything(_calendar: Calendar) -> None:
    """Nobody asks for rights."""


@dataclass(frozen=True, slots=True)
class Editor:
    """Edits below, and records of uses, for programs that embed a store.

    `catalogs`: whose locks hold (L2); a course that follows a master of a catalog that is not among them
    can't be edited. `who` stands behind the runs (else `receipts.who`), `message` says why. `files`: where
    the catalogs were read, to tell the line of a lock. `permit`: raises why a calendar may not be edited.
    Addresses are those of `finding.find`. Every method writes in one transaction, or raises and writes
    nothing.
    """

    store: Store
    catalogs: Sequence[Catalog] = ()
    who: str = ""
    message: str = ""
    revision: str = ""
    files: Sequence[Path] = ()
    permit: Callable[[Calendar], None] = field(default=_anything)

    def set(self, address: str, fields: Mapping[str, object]) -> Edited:
        """Change fields of an item; None takes a field back to its default. Raises why not."""
        return self._edit(
            address, "set", lambda at, area, key: s.set_fields(at, area, key, fields, self.files)
        )

    def add(self, address: str, fields: Mapping[str, object] | None = None) -> Edited:
        """Add an own item (L3); the address says its key, of a category its name."""
        given, said = fields or {}, parse_key(address)
        return self._edit(address, "add", lambda at, area, _: s.add(at, area, said, given, self.files))

    def remove(self, address: str) -> Edited:
        """Remove an item that is neither locked nor used nor named by anything."""
        return self._edit(address, "remove", lambda at, area, key: s.remove(at, area, key, self.files))

    def rename(self, address: str, name: str) -> Edited:
        """Give a category another name; its uses stay with it."""
        return self._edit(address, "rename", lambda at, area, key: s.rename(at, area, key, name, self.files))

    def ignore(self, address: str, ignored: bool = True) -> Marked:
        """Set or take away a course's Ignore Master Push (P2). It moves no setup."""
        with self.store.write() as tx:
            at = self._at(tx, address, None)
            if at.on_section or at.found.area is not None:
                raise AddressWrong(
                    text=address, why="Ignore Master Push is a mark of a course, NUMBER@CALENDAR"
                )
            told = at.course_address
            alone(tx, [at.course.calendar_id])
            if at.course.ignored == ignored:
                return Marked(0, told, ignored)
            run = self._begin(tx, "edit", {"address": told, "edit": "ignore", "ignored": ignored})
            tx.put_courses([at.course._replace(ignored=ignored)])
            done = Marked(run, told, ignored)
            tx.end_run(run, now(), "done", json.dumps(done.as_json(), ensure_ascii=False))
        return done

    def record(self, address: str, counts: Counts, *, term: int = 0, tasks: Iterable[str] = ()) -> Used:
        """Add to the uses of an item in a section, and to those of the tasks that go along (domain.md 6)."""
        along = tuple(tasks)
        options = {"term": term, "tasks": along, **counts._asdict()}
        return self._use(
            address,
            "record",
            options,
            lambda at, uses: u.record(at, uses, counts, term, _keys(at, term, along)),
        )

    def realign(self, address: str, key: str, *, term: int | None = None) -> Used:
        """Move the uses of an item, of one term or all, to another item of its area in that section."""
        options = {"term": term, "to": key}
        return self._use(
            address, "realign", options, lambda at, uses: u.realign(at, uses, at.found.key, key, term)
        )

    def forget(
        self,
        address: str,
        counts: Counts | None = None,
        *,
        term: int | None = None,
        tasks: Iterable[str] = (),
    ) -> Used:
        """Take uses away that the teacher deleted; without `counts` all of them."""
        along = tuple(tasks)
        options = {"term": term, "tasks": along, **(counts._asdict() if counts else {})}
        return self._use(
            address, "forget", options, lambda at, uses: u.forget(at, uses, counts, term, _keys(at, 0, along))
        )

    def _at(self, tx: Transaction, address: str, catalogs: Sequence[Catalog] | None) -> Place:
        """The place, if it may be edited. No lock keeps teachers from their own work: then no catalogs."""
        at = place(tx, address, catalogs)
        self.permit(at.found.calendar)
        return at

    def _begin(self, tx: Transaction, kind: str, options: Mapping[str, object]) -> int:
        told = json.dumps(options, ensure_ascii=False)
        return begin(tx, kind, options=told, message=self.message, revision=self.revision, by=self.who)

    def _edit(self, address: str, what: str, judge: Callable[[Place, Area, str], Steps]) -> Edited:
        """Judge an edit under the writer's lock and carry it out."""
        with self.store.write() as tx:
            at = self._at(tx, address, self.catalogs)
            alone(tx, [at.course.calendar_id])
            area, key = at.found.area, at.found.key
            if area is None or not (key or (what == "set" and area in FIELD_AREAS)):
                raise AddressWrong(text=address, why="it names no item (#area/key)")
            made = judge(at, area, key)
            after = s.applied(at.found.holding, made)
            named = made[0].key if len(made) == 1 or what == "remove" else key
            told = at.address(area, named)
            if after == at.found.holding:
                return Edited(0, told, ())
            made = tuple(one for one in made if one.before != one.after)
            run = self._begin(tx, "edit", {"address": told, "edit": what, "said": address})
            tx.carry(run, batch(tx, at, after, made))
            linked = any(one.key in at.part(one.area, Part.LINKED) for one in made)
            cleared = any(one.after is None and one.before is not None and one.before.kept for one in made)
            done = Edited(run, told, made, linked, cleared)
            tx.end_run(run, now(), "done", json.dumps(done.as_json(), ensure_ascii=False))
        return done

    def _use(
        self, address: str, what: str, options: Mapping[str, object], count: Callable[[Place, Uses], Uses]
    ) -> Used:
        """Count anew under the writer's lock, and put the section's whole counts."""
        with self.store.write() as tx:
            at = self._at(tx, address, None)
            before = u.read(at)
            after = count(at, before)
            told = str(at.found.address)
            keys = sorted({*before, *after})
            changed = tuple((one, before.get(one, Counts()), after.get(one, Counts())) for one in keys)
            changed = tuple(one for one in changed if one[1] != one[2])
            run = self._begin(tx, "use", {"address": told, "use": what, **options})
            section = at.sections[0].id
            tx.put_counts(((section, use, counts) for use, counts in after.items()), [section])
            done = Used(run, told, changed, tuple(u.called(at, use) for use, _, _ in changed))
            tx.end_run(run, now(), "done", json.dumps(done.as_json(), ensure_ascii=False))
        return done


def parse_key(address: str) -> str:
    """The key that an address says; raises AddressWrong."""
    try:
        return parse(address).key
    except ValueError:
        raise AddressWrong(text=address, why="it names no course") from None


def _keys(at: Place, term: int, tasks: Iterable[str]) -> tuple[Use, ...]:
    """The uses of the item itself and of the tasks (or `standard:CODE`) that go along."""
    area = at.found.area or Area.CATEGORIES
    return (Use(area, at.found.key, term), *(Use(*ref_of(one), term) for one in tasks))
