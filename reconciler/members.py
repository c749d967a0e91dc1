"""This room writes many ids as one short text and reads them back: `5,1*40,3` is 5, 6, ... 45, 48.

The first number is the first id, each further one the step to the next; `step*times` is the same step
several times. A saved plan and a run's journal name their members so.
"""

from __future__ import annotations

from itertools import accumulate, chain, groupby, pairwise, repeat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def pack(ids: Iterable[int]) -> str:
    """Write ids, in any order, as sorted steps with run lengths; equal ids count once."""
    ordered = sorted(set(ids))
    if not ordered:
        return ""
    steps = groupby(after - before for before, after in pairwise(ordered))
    return ",".join(chain([str(ordered[0])], (_run(step, sum(1 for _ in same)) for step, same in steps)))


def unpack(text: str) -> tuple[int, ...]:
    """Read what `pack` wrote; raises ValueError where the text is nothing of the kind."""
    if not text:
        return ()
    return tuple(accumulate(chain.from_iterable(map(_steps, text.split(",")))))


def _run(step: int, times: int) -> str:
    return str(step) if times == 1 else f"{step}*{times}"


def _steps(part: str) -> Iterator[int]:
    step, sign, times = part.partition("*")
    return repeat(int(step), int(times) if sign else 1)
