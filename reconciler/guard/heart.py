"""This room shows that the holder of a lock lives, also while it computes or waits."""

from __future__ import annotations

from threading import Event, Thread
from typing import TYPE_CHECKING, Self

from reconciler.errors import ReconcilerError
from reconciler.guard.signs import BEATS, LIMIT
from reconciler.receipts import now

if TYPE_CHECKING:
    from types import TracebackType

    from reconciler.current import Store


class LockHeart(Thread):
    """Beats for a lock from a thread and a connection of its own, until the lock is given back or gone."""

    def __init__(self, store: Store, lock_id: int, pause: float = LIMIT / BEATS) -> None:
        """Beat every `pause` seconds."""
        super().__init__(name=f"heart of lock {lock_id}", daemon=True)
        self._store = store
        self._lock = lock_id
        self._pause = pause
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
        """Beat until the end. A beat that finds no way in (StoreBusy) is left out."""
        while not self._over.wait(self._pause):
            try:
                if not self._beat():
                    return
            except ReconcilerError:
                continue

    def _beat(self) -> bool:
        store = self._store.again()
        try:
            with store.write(beside=True) as tx:
                return tx.keep_lock(self._lock, now())
        finally:
            store.close()
