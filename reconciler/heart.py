"""This room shows that whoever holds a lock, or works at a job, lives, also while it computes or waits."""

from __future__ import annotations

from threading import Event, Thread
from typing import TYPE_CHECKING, Self

from reconciler.errors import ReconcilerError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from reconciler.current import Store

BEATS = 4
"""How many signs of life are given in the time after which one counts as dead."""


class Heart(Thread):
    """Beats from a thread and a connection of its own; `lost` is set once there is nothing to beat for."""

    def __init__(self, store: Store, name: str, limit: float, beat: Callable[[Store], bool]) -> None:
        """Beat so often that `limit` seconds without a beat mean death.

        `beat` gives a sign of life in the state; False where what it is for is gone, or another's.
        """
        super().__init__(name=f"heart of {name}", daemon=True)
        self.lost = Event()
        self._store = store
        self._pause = limit / BEATS
        self._beat = beat
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
        """Beat until the end, or until it is lost. A beat that finds no way in (StoreBusy) is left out."""
        while not self._over.wait(self._pause):
            try:
                if not self._once():
                    self.lost.set()
                    return
            except ReconcilerError:
                continue

    def _once(self) -> bool:
        store = self._store.again()
        try:
            return self._beat(store)
        finally:
            store.close()
