"""This room shows progress on stderr: only on a terminal, and never more often than it is worth."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def progress(what: str, first: str = "") -> Iterator[Callable[[int, int], None] | None]:
    """A step to call with (done, of how many), once a batch; None where nobody watches.

    `first` is what goes on before the first step. rich honours NO_COLOR by itself.
    """
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(first or what, total=None)
        yield lambda done, total: shown.update(task, description=what, completed=done, total=total)
