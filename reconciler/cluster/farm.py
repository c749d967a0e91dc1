"""This room reaches a Dask cluster, or starts one on this machine, and spreads work over it.

What every batch needs is sent once; workers that need it take it from each other. A worker that is lost loses
only the batch it was at, which is done again by another: so a task must be one that may be done twice.
"""

from __future__ import annotations

import logging
import pickle
import re
import warnings
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from reconciler import __version__
from reconciler.errors.cluster import (
    ClusterAddressWrong,
    ClusterLost,
    ClusterMissing,
    ClusterUnlike,
    ClusterUnreachable,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from reconciler.cluster.work import Failed

Answer = TypeVar("Answer")
LOCAL = re.compile(r"local:([1-9][0-9]{0,3})")
REMOTE = re.compile(r"(tcp|tls)://[^/\s]+:\d+/?")
PATIENCE = 10
"""Seconds in which a scheduler must answer, and in which a lost one must be back."""
ARRIVAL = 30
"""Seconds in which the first worker must be there."""
RETRIES = 3
"""How often a batch is done again."""


@dataclass(frozen=True, slots=True)
class Farm:
    """A cluster that can be worked with."""

    client: Any
    address: str

    @property
    def workers(self) -> int:
        """How many threads of how many workers there are now, together; at least one."""
        threads: dict[str, int] = self.client.nthreads()
        return max(1, sum(threads.values()))

    def spread(
        self, task: Callable[[str, bytes, Any], Answer | Failed], sent: object, batches: Sequence[object],
        step: Callable[[int, int], None] | None = None,
    ) -> list[Answer]:  # fmt: skip
        """Do `task` with (version, `sent` as a pickle, batch) for every batch; the answers in their order.

        `step` is told how many are done. Raises what a task failed with, ClusterUnlike, ClusterLost.
        """
        from reconciler.cluster.work import Failed  # noqa: PLC0415 - it imports this room's neighbours

        found: list[Answer] = []
        for one in self._answers(task, pickle.dumps(sent, protocol=5), batches, step):
            if isinstance(one, Failed):
                raise one.error()
            found.append(one)
        return found

    def _answers(
        self, task: Callable[..., object], sent: bytes, batches: Sequence[object],
        step: Callable[[int, int], None] | None,
    ) -> list[Any]:  # fmt: skip
        """What the tasks give, failures of ours too; every other failure is raised in our words."""
        dask, futures = _dask(), []
        try:
            futures = self._submitted(task, sent, batches)
            return self._awaited(futures, step)
        except ModuleNotFoundError as error:
            raise ClusterUnlike(theirs=f"no module {error.name}", ours=__version__) from error
        except dask.KilledWorker as error:
            raise ClusterLost(why="the workers at one batch died, one after the other") from error
        except (CancelledError, OSError, RuntimeError) as error:
            if isinstance(error, RuntimeError) and self.client.status == "running":
                raise
            raise ClusterLost(why=f"the scheduler at {self.address} is gone") from error
        finally:
            if self.client.status == "running":
                self.client.cancel(futures)  # what is not done yet: nobody waits for it any more

    def _submitted(self, task: Callable[..., object], sent: bytes, batches: Sequence[object]) -> list[Any]:
        from reconciler.cluster.work import hold  # noqa: PLC0415 - it imports this room's neighbours

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that what is sent is large
            held = self.client.submit(hold, sent, pure=False)
            return [
                self.client.submit(task, __version__, held, one, retries=RETRIES, pure=False)
                for one in batches
            ]

    def _awaited(self, futures: Sequence[Any], step: Callable[[int, int], None] | None) -> list[Any]:
        found: dict[object, Any] = {}
        for future in _dask().as_completed(futures, loop=self.client.loop):
            found[future.key] = future.result()
            if step is not None:
                step(len(found), len(futures))
        return [found[one.key] for one in futures]


@contextmanager
def joined(address: str) -> Iterator[Farm]:
    """Reach the cluster of this address, or start one of this machine, for as long as the block lasts.

    Raises ClusterAddressWrong, ClusterMissing, ClusterUnreachable.
    """
    here = LOCAL.fullmatch(address)
    if here is None and not REMOTE.fullmatch(address):
        raise ClusterAddressWrong(address=address, why=_why_not(address))
    _dask()
    config = import_module("dask.config")
    # It tells on stderr of every worker that comes and goes; what matters is told by our own errors.
    with _quiet(), config.set({"distributed.comm.timeouts.connect": f"{PATIENCE}s"}):
        if here is None:
            with _reached(address, address) as farm:
                yield farm
        else:
            with _started(int(here[1])) as cluster, _reached(cluster.scheduler_address, address) as farm:
                yield farm


def _why_not(address: str) -> str:
    if address.startswith("local"):
        return "local: takes a number of processes, such as local:4"
    return "an address has a scheme, a host and a port" if "://" in address else "it has no tcp:// before it"


def _dask() -> Any:  # noqa: ANN401 - it has no types
    """The package distributed; raises ClusterMissing."""
    try:
        return import_module("distributed")
    except ImportError as error:
        raise ClusterMissing(why=error) from error


@contextmanager
def _quiet() -> Iterator[None]:
    known = [name for name in logging.root.manager.loggerDict if name.partition(".")[0] == "distributed"]
    loggers = [logging.getLogger(name) for name in known]
    levels = [one.level for one in loggers]
    for one in loggers:
        one.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for one, level in zip(loggers, levels, strict=True):
            one.setLevel(level)


@contextmanager
def _started(workers: int) -> Iterator[Any]:
    """A cluster of processes of this machine, which nobody else can reach."""
    # It serves http in any case, which must not be seen from outside.
    nowhere = "127.0.0.1:0"
    with _dask().LocalCluster(
        n_workers=workers, threads_per_worker=1, processes=True, host="127.0.0.1", memory_limit=0,
        dashboard_address=nowhere, worker_dashboard_address=nowhere, scheduler_kwargs={"dashboard": False},
        silence_logs=logging.CRITICAL + 1,
    ) as cluster:  # fmt: skip
        yield cluster


@contextmanager
def _reached(scheduler: str, address: str) -> Iterator[Farm]:
    try:
        client = _dask().Client(scheduler, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        why = str(error).strip().partition("\n")[0]
        raise ClusterUnreachable(address=address, why=why or "nobody answers") from error
    with client:
        try:
            client.wait_for_workers(1, timeout=ARRIVAL)
        except TimeoutError as error:
            raise ClusterUnreachable(address=address, why="it has no workers") from error
        yield Farm(client, address)
