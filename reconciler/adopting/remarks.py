"""This room words what a first catalog remarks: who differs, what was left out and why."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from reconciler.adopting.drafts import MIRRORED
from reconciler.adopting.scalars import quoted
from reconciler.course import Area

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reconciler.adopting.drafts import Apart, Choice, Draft
    from reconciler.adopting.gather import LeftOut

EXAMPLES = 3
"""How many things of one kind are named."""


def count(number: int, word: str) -> str:
    """`1 course`, `2 courses`."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def aside(line: str, why: str) -> str:
    """A line with a comment behind it."""
    return f"{line} # {why}" if why else line


def left_out(left: Iterable[LeftOut]) -> Iterator[str]:
    """A sentence for each reason for which courses were left out, with some of them."""
    reasons: dict[str, list[str]] = defaultdict(list)
    for one in left:
        reasons[one.why].append(one.address)
    for why, addresses in sorted(reasons.items()):
        shown = ", ".join(quoted(one) for one in addresses[:EXAMPLES])
        more = ", ..." if len(addresses) > EXAMPLES else ""
        yield f"Left out: {count(len(addresses), 'course')} ({shown}{more}), because {why}."


def of_master(draft: Draft) -> Iterator[str]:
    """What is to be said of one master."""
    if len(draft.courses) > 1:
        yield f"{len(draft.courses)} courses at {count(draft.schools, 'school')}"
    if len(draft.terms) > 1:
        told = ", ".join(
            f"{times} in calendars of {count(length, 'term')}" for length, times in _by_length(draft)
        )
        yield f"perhaps two courses under one number: {told}"
    for name, choice in draft.lists.items():
        yield from _of_list(name, choice)
    for (area, key), chosen in draft.fields.items():
        word = key if area is Area.COURSE_INFO else f"cross-site {key}"
        shown = word if word.isprintable() and word.isascii() else quoted(word)
        if chosen.apart.hosts:
            yield f"{_apart(chosen.apart, 'course')} another {shown}"
        if chosen.silent and key not in MIRRORED:
            yield f"{chosen.silent} of {count(chosen.apart.of, 'course')} {_have(chosen.silent)} no {shown}"


def _by_length(draft: Draft) -> list[tuple[int, int]]:
    return sorted(draft.terms.items(), reverse=True)


def _of_list(name: str, choice: Choice) -> Iterator[str]:
    words = name.replace("_", " ")
    if choice.below:
        yield f"{words}: taken from sections; the courses have none"
    if choice.whole.hosts:
        ways = f", in {choice.whole.ways} ways" if choice.whole.ways > 1 else ""
        yield f"{_apart(choice.whole, 'section' if choice.below else 'course')} other {words}{ways}"
    if choice.lost:
        shown = ", ".join(quoted(one) for one in choice.lost[:EXAMPLES])
        more = f" and {len(choice.lost) - EXAMPLES} more" if len(choice.lost) > EXAMPLES else ""
        yield f"{words}: left out, for a catalog can't say it: {shown}{more}"


def _apart(apart: Apart, word: str) -> str:
    hosts = f"{apart.hosts} of {count(apart.of, word)} at {count(apart.schools, 'school')}"
    return f"{hosts} {_have(apart.hosts)}"


def _have(number: int) -> str:
    return "has" if number == 1 else "have"
