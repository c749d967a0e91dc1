"""This room shows that a worker lives while it is busy with a job."""

from __future__ import annotations

from threading import Event, Thread
from typing import TYPE_CHECKING, Self

from reconciler.errors import ReconcilerError
from reconciler.queue.claim import Lost, beat

if TYPE_CHECKING:
    from types import TracebackType

    from reconciler.current import Job, Store

BEATS = 4
"""How many signs of life a worker gives in the time after which it counts as dead."""


class Heart(Thread):
    """Beats from a thread and a connection of its own; `lost` is set once the job is another worker's."""

    def __init__(self, store: Store, job: Job, lease: int) -> None:
        """Beat for `job` so often that `lease` seconds without a beat mean death."""
        super().__init__(name=f"heart of job {job.id}", daemon=True)
        self.lost = Event()
        self._store = store
        self._job = job
        self._pause = lease / BEATS
        self._over = Event()

    def __enter__(self) -> Self:
        """Begin to beat."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop beating."""
        self._over.set()
        self.join()

    def run(self) -> None:
        """Beat until the job is over, or lost. A beat that finds no way in (StoreBusy) is left out."""
        while not self._over.wait(self._pause):
            try:
                self._beat()
            except Lost:
                self.lost.set()
                return
            except ReconcilerError:
                continue

    def _beat(self) -> None:
        store = self._store.again()
        try:
            beat(store, self._job)
        finally:
            store.close()
