"""This room lists every failure, with its message, its remedy and its exit code.

A class's docstring is its message: `{name}` places are filled from the keywords it is raised with.
"""

from __future__ import annotations

import inspect
from difflib import get_close_matches
from typing import TYPE_CHECKING, ClassVar, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable


class Problem(Protocol):
    """Something wrong with an input: its text says where and what."""

    @property
    def remedy(self) -> str:
        """What to do about it."""


DONE = 0
FAILED = 1
CHANGES = 2
REMAINDERS = 3
REFUSED = 4
STALE = 5
BUSY = 6
IN_PART = 7
USAGE = 64
BUG = 70
INTERRUPTED = 130


class ReconcilerError(Exception):
    """Something went wrong: {what}."""

    remedy: ClassVar[str] = ""
    exit_code: ClassVar[int] = FAILED

    def __init__(self, **facts: object) -> None:
        """Fill the message and the remedy from `facts`."""
        self.facts = facts
        super().__init__(inspect.cleandoc(type(self).__doc__ or "").format(**facts))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems of an input that led to this, each with its own place and remedy."""
        found: tuple[Problem, ...] = self.facts.get("problems", ())  # type: ignore[assignment]
        return found

    @property
    def way_out(self) -> str:
        """What the person can do about it; empty where nothing is to be said."""
        return self.remedy.format(**self.facts)


def suggestion(word: str, known: Iterable[str]) -> str:
    """` (did you mean "x"?)` where a known word is close, else an empty text."""
    close = get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f' (did you mean "{close[0]}"?)' if close else ""


class SourceUnknown(ReconcilerError):
    """{path} is no district that can be read: {found}."""

    remedy = (
        "Give a native YAML or JSON file, a OneRoster CSV folder or zip, or a folder of Ed-Fi XML or JSON"
        " lines; --format says which."
    )


class SourceBroken(ReconcilerError):
    """{place} can't be read: {why}."""

    remedy = "Export it again, or mend the file at that place; nothing was brought in."


class DeltaRefused(ReconcilerError):
    """{place} says that {file} holds only what changed (delta); a district is brought in whole."""

    remedy = "Export the package again with every file as bulk."


class ArchiveRefused(ReconcilerError):
    """{path} is not opened: {why}."""

    remedy = "Unpack it where you trust what is in it, and give the folder."


class StoreMissing(ReconcilerError):
    """There is no state at {path}."""

    remedy = "Make one with `reconcile import SOURCE`, or say where yours is with --state."


class StoreForeign(ReconcilerError):
    """{path} is not a state of reconciler: {why}."""

    remedy = "Say where the state is with --state; no file is changed that reconciler did not make."


class StoreNewer(ReconcilerError):
    """{path} was written by a newer reconciler (its tables are at {theirs}; this one knows {ours})."""

    remedy = "Upgrade reconciler."


class StoreBusy(ReconcilerError):
    """Somebody else is writing to {path}."""

    remedy = "Wait until that run has ended, then try again. Nothing was written by this one."
    exit_code = BUSY


class StoreUnwritable(ReconcilerError):
    """{path} can't be opened or written to: {why}."""

    remedy = (
        "The folder must exist, and you must be allowed to write in it and to the file: the state keeps files"
        " beside it. Where both are read-only, a state can still be planned from, reported on and exported."
    )


class StoreFull(ReconcilerError):
    """There is no room left for {path}: {why}."""

    remedy = "Free some space, then run it again. What was not committed has been taken back."


class StoreFailing(ReconcilerError):
    """Reading or writing {path} failed: {why}."""

    remedy = "Check the disk and its space, then run it again. What was not committed has been taken back."


class StoreDamaged(ReconcilerError):
    """The state is damaged: {why}."""

    remedy = "Restore it from a copy, or build it anew with `reconcile import`."


class StoreUrlUnknown(ReconcilerError):
    """`{url}` names no state that could be opened: {why}."""

    remedy = "Give a path, or sqlite:///PATH (sqlite:////PATH for one that begins with a slash)."
    exit_code = USAGE


class UnknownSchema(ReconcilerError):
    """There is no schema "{name}"{close}."""

    remedy = "these schemas are shipped: {known}"
    exit_code = USAGE


class CatalogInvalid(ReconcilerError):
    """The catalogs can't be used: {count} error(s), told above."""

    remedy = "Mend them; `reconcile validate` checks again."
    exit_code = FAILED


class NativeBroken(ReconcilerError):
    """{file} is not a native district file that can be read:{told}"""

    remedy = "correct the file and import it again; nothing was changed"


class SettingsWrong(ReconcilerError):
    """{file} can't be used: {what}."""

    remedy = "Known keys are `state:` (a URL) and `catalogs:` (a list of paths)."


class CatalogMissing(ReconcilerError):
    """There is no {file} here, and no catalog was named."""

    remedy = "Name one (`reconcile plan path/to/catalog.yaml`), or list it in reconcile.yaml under catalogs:."
    exit_code = USAGE


class YearUnsaid(ReconcilerError):
    """Which school year is meant? It may be one of these: {years}."""

    remedy = "Say `--year`, with the year in which it ends: `--year 2027` for 2026-27."
    exit_code = USAGE


class YearUnknown(ReconcilerError):
    """No catalog here may be pushed into the school year {year}; they name these: {years}."""

    remedy = "Choose one of them with `--year`, or add the year under `school_years:` in the catalog."


class CalendarUnsaid(ReconcilerError):
    """The calendars of {what} must be named."""

    remedy = "Say `--calendar NAME` (globs are welcome; a push from courses takes exactly one), or\
 `--calendar all` for an overwrite everywhere."
    exit_code = USAGE


class CalendarUnknown(ReconcilerError):
    """There is no calendar "{name}" in the state{hint}."""

    remedy = "`reconcile export` lists the calendars; the name counts letter by letter."
    exit_code = USAGE


class CalendarOfOtherYear(ReconcilerError):
    """The calendar "{name}" is of the school year {year}, not of {asked}."""

    remedy = "Choose a calendar of that year, or another `--year`."
    exit_code = USAGE


class NothingChosen(ReconcilerError):
    """No calendar of the school year {year} is meant by these options."""

    remedy = "Check `--year`, `--school` and `--calendar`, and `schools:` and `school_years:` in the catalog."


class CatalogUnknownMaster(ReconcilerError):
    """No catalog here has a master "{name}"{hint}."""

    remedy = "Masters are named by their numbers; globs are welcome."
    exit_code = USAGE


class SqliteTooOld(ReconcilerError):
    """This Python has SQLite {found}; a state needs {needed} or later."""

    remedy = "Use a Python that brings a newer SQLite, such as those of python.org or uv."


class PlanForeign(ReconcilerError):
    """{file} is no saved plan: {why}."""

    remedy = "Make one with `reconcile plan --out {file}`."
    exit_code = STALE


class PlanBroken(ReconcilerError):
    """{file} is not whole: it breaks off or is damaged at line {line}, column {column}."""

    remedy = "Copy it again from where it was made, or make it anew with `reconcile plan --out {file}`."
    exit_code = STALE


class PlanTampered(ReconcilerError):
    """{file} is not as it was written: its body does not match its digest."""

    remedy = "A plan can't be edited. Change the catalog or the options, and plan again."
    exit_code = STALE


class PlanNewer(ReconcilerError):
    """{file} was written by a newer version of reconciler."""

    remedy = "Update reconciler on this machine, or plan again here."
    exit_code = STALE


class PlanOfOtherStore(ReconcilerError):
    """The plan was made for another state than {url}."""

    remedy = "Point `--state` at the state it was made for, or plan again for this one."
    exit_code = STALE


class PlanOfOtherCatalog(ReconcilerError):
    """The catalogs have changed since this plan was made."""

    remedy = "Plan again, and have the new plan looked at."
    exit_code = STALE


class PlanStale(ReconcilerError):
    """The plan no longer fits what is there: {member}: {what}. {count} in all differ; nothing was written."""

    remedy = "Plan again, and have the new plan looked at."
    exit_code = STALE


class PushRefused(ReconcilerError):
    """Refused: {what}."""

    remedy = "{how}"
    exit_code = REFUSED


class ExportUnwritable(ReconcilerError):
    """{path} can't be written: {why}."""

    remedy = "the folder must exist, be writable and have room; a file that was there is as it was"


class OptionsContradict(ReconcilerError):
    """{what} can't be asked for together."""

    remedy = "Leave one of them out; `reconcile plan --help` says what each does."
    exit_code = USAGE


class OutputUnwritable(ReconcilerError):
    """{file} can't be written: {why}."""

    remedy = "Name another file or folder; nothing was written."


class NotConfirmed(ReconcilerError):
    """Nothing was applied: {why}."""

    remedy = "Say `--yes` to go on without being asked."
    exit_code = REFUSED


class FilterUnknown(ReconcilerError):
    """`--where {text}` is not understood{hint}."""

    remedy = "Write `--where school=GLOB`, `--where calendar=GLOB` or `--where number=GLOB`."
    exit_code = USAGE


class LinkFileBroken(ReconcilerError):
    """{file} can't be used: {why}."""

    remedy = "It must be a CSV in UTF-8 with the columns calendar, number and master."


class RunUnknown(ReconcilerError):
    """There is no finished push{run} in this state."""

    remedy = "Runs with a report: {known}."
    exit_code = USAGE


class ListInUse(ReconcilerError):
    """The catalog "{catalog}" no longer has the {kind} "{name}", but {count} course(s) would still use it."""

    remedy = "Put it back into the catalog, or move these courses to another one first."


class OutputFailing(ReconcilerError):
    """The result can't be written to stdout: {why}."""

    remedy = "Free some space, or send it elsewhere. What was pushed stays pushed: `reconcile report push`."


class FileFailing(ReconcilerError):
    """{file} can't be read or written: {why}."""

    remedy = "Check that it is there, its rights and the space on its disk, then run the same command again."


class SchoolUnknown(ReconcilerError):
    """No calendar in the state is of a school "{name}"{hint}."""

    remedy = "`reconcile export` lists the schools; the name counts letter by letter, and globs are welcome."
    exit_code = USAGE


class CourseUnknown(ReconcilerError):
    """No course in the calendars of this push is "{name}"{hint}."""

    remedy = "Write NUMBER or NUMBER@CALENDAR; globs are welcome. `reconcile export` lists the courses."
    exit_code = USAGE


class LeftOut(ReconcilerError):
    """{what} "{name}" is asked for and would be left out: {why}."""

    remedy = "Take it out of the options, or see to `schools:` and `school_years:` in the catalog."
    exit_code = USAGE


class NotCarried(ReconcilerError):
    """A push from courses does not carry {what}."""

    remedy = "With `--data` it carries these: {known}."
    exit_code = USAGE
