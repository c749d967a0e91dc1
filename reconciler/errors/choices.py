"""This room is what may be wrong with what was asked for: options, filters, addresses."""

from __future__ import annotations

from reconciler.errors.root import USAGE, ReconcilerError


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


class OptionsContradict(ReconcilerError):
    """{what} can't be asked for together."""

    remedy = "Leave one of them out; `reconcile plan --help` says what each does."
    exit_code = USAGE


class FilterUnknown(ReconcilerError):
    """`--where {text}` is not understood{hint}."""

    remedy = "Write `--where school=GLOB`, `--where calendar=GLOB` or `--where number=GLOB`."
    exit_code = USAGE


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


class AddressWrong(ReconcilerError):
    """`{text}` is no address that fits here: {why}."""

    remedy = "Write NUMBER@CALENDAR for a course, /SECTION for a section, #area/key for an item of either."
    exit_code = USAGE


class AddressUnknown(ReconcilerError):
    """`{text}`: there is no {what}{hint}."""

    remedy = "Numbers, names and keys count letter by letter; `reconcile report sections` lists them."
    exit_code = USAGE


class AddressAmbiguous(ReconcilerError):
    """`{text}` may mean {count} things: {places}."""

    remedy = "Say which calendar: NUMBER@CALENDAR, or NUMBER@SCHOOL%2FCALENDAR."
    exit_code = USAGE


class WhereUnmet(ReconcilerError):
    """`--where {place}={name}`: there is no such {place}{hint}."""

    remedy = "Names count letter by letter; globs such as `Harrison*` are welcome."
    exit_code = USAGE
