"""This room holds a lock for the length of a run, and sees before every write that it is still held."""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from reconciler.errors import ReconcilerError, StoreBusy
from reconciler.errors.locks import LockLost
from reconciler.guard.signs import LIMIT
from reconciler.guard.take import Freed, new_lock, take
from reconciler.heart import Heart
from reconciler.receipts import now

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from contextlib import AbstractContextManager

    from reconciler.current import CalendarLock, Snapshot, Store, Transaction

Done = TypeVar("Done")
LONGEST = 2.0
"""Seconds between two looks while one waits for a lock."""
SHORTEST = 0.05


def _unheard(_text: str) -> None:
    """Nobody listens."""


def patiently(
    work: Callable[[], Done], wait: float, say: Callable[[str], None] = _unheard, *, first: float = SHORTEST
) -> Done:
    """Do `work`, again and again while it raises StoreBusy, for `wait` seconds from the first time.

    `work` writes all or nothing. `say` is told once what is waited for.
    """
    until, pause = 0.0, first
    while True:
        try:
            return work()
        except StoreBusy as error:
            if wait > 0 and not until:
                until = time.monotonic() + wait
                say(f"{error} Waiting for up to {wait:g} s.")
            left = until - time.monotonic()
            if left <= 0:
                raise
        time.sleep(min(pause, left))
        pause = min(2 * pause, LONGEST)


class LockedStore:
    """A `Store` (current.py) whose every transaction sees first that its lock is still there.

    Made of a store and a lock of it, in whatever process: a run that is spread over many has one lock.
    """

    def __init__(self, store: Store, lock: CalendarLock) -> None:
        """Write to `store` under `lock`."""
        self.id = store.id
        self.url = store.url
        self.found = store.found
        self.lock = lock
        self._store = store

    def read(self) -> AbstractContextManager[Snapshot]:
        """Open a consistent reading."""
        return self._store.read()

    @contextmanager
    def write(self, *, beside: bool = False) -> Iterator[Transaction]:
        """Open a transaction that takes the writer's place at once; raises LockLost."""
        with self._store.write(beside=beside) as tx:
            if not tx.keep_lock(self.lock.id, now()):
                raise LockLost(lock=self.lock.id)
            yield tx

    def again(self) -> Store:
        """Open another handle of the same state, under the same lock."""
        return LockedStore(self._store.again(), self.lock)

    def elsewhere(self) -> Callable[[], Store]:
        """How another process opens the same state, under the same lock."""
        return partial(_opened, self._store.elsewhere(), self.lock)

    def session(self) -> AbstractContextManager[int]:
        """A session that shows others that we live."""
        return self._store.session()

    def close(self) -> None:
        """Let go of the database."""
        self._store.close()

    def begun(self, tx: Transaction, run_id: int) -> None:
        """Write down which run is under this lock, in the transaction that opens it."""
        tx.keep_lock(self.lock.id, now(), run_id)


def _opened(plain: Callable[[], Store], lock: CalendarLock) -> Store:
    return SharedStore(plain(), lock)


class SharedStore(LockedStore):
    """A store of one of many processes that write under one lock, which another of them holds.

    It only looks whether the lock is there: whoever writes a sign of life keeps all others waiting. A batch
    that is under way while the lock is taken away is still written; every row is judged as it is.
    """

    @contextmanager
    def write(self, *, beside: bool = False) -> Iterator[Transaction]:  # noqa: ARG002 - it is never alone
        """Open a transaction beside the others'; raises LockLost."""
        with self._store.write(beside=True) as tx:
            if not any(one.id == self.lock.id for one in tx.locks()):
                raise LockLost(lock=self.lock.id)
            yield tx


@contextmanager
def locked(
    store: Store, calendars: Collection[int], *, by: str = "", wait: float = 0,
    say: Callable[[str], None] = _unheard, limit: float = LIMIT,
) -> Iterator[LockedStore]:  # fmt: skip
    """Hold a lock on these calendars for as long as the block lasts; gives the store to write to.

    Waits up to `wait` seconds for another writer, then raises CalendarsLocked (exit code 6). A lock whose
    holder is dead is taken over, which `say` is told. Signs of life come several times in `limit` seconds.
    """
    with store.session() as session:
        mine, freed = patiently(lambda: _taken(store, new_lock(calendars, by, session)), wait, say)
        for one in freed:
            say(str(one))
        try:
            with Heart(store, f"lock {mine.id}", limit, partial(_beat, mine.id)):
                yield LockedStore(store, mine)
        finally:
            _give_back(store, mine)


def _taken(store: Store, lock: CalendarLock) -> tuple[CalendarLock, list[Freed]]:
    with store.write() as tx:
        return take(tx, lock)


def _beat(lock_id: int, store: Store) -> bool:
    with store.write(beside=True) as tx:
        return tx.keep_lock(lock_id, now())


def _give_back(store: Store, lock: CalendarLock) -> None:
    """Remove a lock; where that can't be done now, the end of this process shows that nobody holds it."""
    with suppress(ReconcilerError), store.write(beside=True) as tx:
        tx.drop_lock(lock.id)
