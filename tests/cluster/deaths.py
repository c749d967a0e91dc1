"""A worker that is killed at a chosen moment, once: as a machine that loses its power."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from distributed import WorkerPlugin


class DiesOnce(WorkerPlugin):
    """Kills its process when a task of this name comes to a state: `executing`, or `memory` (it is done)."""

    def __init__(self, task: str, when: str, grave: Path) -> None:
        """`grave` is a file that is there once somebody has died."""
        self.task = task
        self.when = when
        self.grave = grave

    def transition(self, key: str, _start: str, finish: str, **_more: object) -> None:
        """Die without a word, unless another has: nobody hears what became of the task."""
        if finish == self.when and self.task in str(key):
            try:
                self.grave.touch(exist_ok=False)
            except FileExistsError:
                return
            os.kill(os.getpid(), signal.SIGKILL)
