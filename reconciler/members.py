"""This room writes many whole numbers as one short text and reads them back: `5,1*40,3` is 5, 6, ... 45, 48.

The first number stands as it is, each further one as the step to it from the one before; `step*times` is the
same step several times. A saved plan and a run's journal name their members so.
"""

from __future__ import annotations

from itertools import accumulate, groupby, repeat
from operator import sub
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST = 100_000_000
"""How many numbers one text may stand for: more than any state has, and few enough to be counted out."""


def pack(ids: Iterable[int]) -> str:
    """Write ids, in any order, as sorted steps; equal ids count once."""
    ordered = sorted(ids)
    if len(ordered) > 1 and 0 in map(sub, ordered[1:], ordered):
        ordered = sorted(set(ordered))
    return steps(ordered)


def steps(numbers: Sequence[int]) -> str:
    """Write numbers in the order in which they are; a step may be 0, or go down."""
    if not numbers:
        return ""
    told = [str(numbers[0])]
    for step, same in groupby(map(sub, numbers[1:], numbers)):
        times = len([*same])
        told.append(str(step) if times == 1 else f"{step}*{times}")
    return ",".join(told)


def unpack(text: str) -> tuple[int, ...]:
    """Read what `pack` or `steps` wrote; raises ValueError where the text is nothing of the kind."""
    if not text:
        return ()
    first, *runs = [list(map(int, part.split(","))) for part in text.split("*")]
    for number, (times, *others) in enumerate(runs, start=1):
        if not 0 < times <= MOST - len(first) or not (others or number == len(runs)):
            raise ValueError(f"{text[:20]} ... is no list of at most {MOST:,} ids")
        first.extend(repeat(first[-1], times - 1))
        first.extend(others)
    return tuple(accumulate(first))
