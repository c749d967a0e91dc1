"""This room collects problems, says each once, and hands them out in the order of their places."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from reconciler.catalog import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.catalog import Spot

_SHOWN = 3


class Findings(NamedTuple):
    """What one catalog's report says: its problems, and those of setups with the masters that share them."""

    problems: tuple[Problem, ...]
    shared: tuple[tuple[Problem, tuple[str, ...]], ...]


class Report:
    """All problems of one run, and what of the files could not be read as meant (`marred`)."""

    def __init__(self) -> None:
        """Start with nothing wrong."""
        self._problems: dict[Problem, None] = {}
        self._shared: dict[Problem, list[str]] = {}
        self.marred: set[object] = set()

    def add(self, problems: Iterable[Problem]) -> None:
        """Take over problems found elsewhere."""
        self._problems.update(dict.fromkeys(problems))

    def error(self, code: str, spot: Spot, message: str, remedy: str = "") -> None:
        """Say an error."""
        self._problems[Problem(Severity.ERROR, code, message, remedy, *spot)] = None

    def warn(self, code: str, spot: Spot, message: str, remedy: str = "") -> None:
        """Say a warning."""
        self._problems[Problem(Severity.WARNING, code, message, remedy, *spot)] = None

    def shared(self, problem: Problem, number: str) -> None:
        """Say a problem of a setup once for all the masters that come to it."""
        self._shared.setdefault(problem, []).append(number)

    def findings(self) -> Findings:
        """What is said so far, for the report of several catalogs."""
        shared = tuple((problem, tuple(numbers)) for problem, numbers in self._shared.items())
        return Findings(tuple(self._problems), shared)

    def merge(self, found: Findings) -> None:
        """Take over what one catalog's report says."""
        self.add(found.problems)
        for problem, numbers in found.shared:
            self._shared.setdefault(problem, []).extend(numbers)

    def problems(self) -> tuple[Problem, ...]:
        """Every problem, by file, line and column."""
        found = dict(self._problems)
        for one, numbers in self._shared.items():
            found[one._replace(message=f"{one.message} ({_masters(numbers)})")] = None
        return tuple(sorted(found, key=lambda one: (one.spot, one.code, one.message)))


def _masters(numbers: list[str]) -> str:
    unique = list(dict.fromkeys(numbers))
    more = len(unique) - _SHOWN
    shown = ", ".join(unique[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
    return f"master{'s' if len(unique) > 1 else ''} {shown}"
