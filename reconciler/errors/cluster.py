"""This room is what may go wrong where many machines plan and apply together."""

from __future__ import annotations

from reconciler.errors.root import BUSY, IN_PART, USAGE, ReconcilerError


class ClusterMissing(ReconcilerError):
    """--cluster needs the package distributed, which is not installed ({why})."""

    remedy = 'Install it with `pip install "reconciler[cluster]"`, in the environment that runs reconcile.'


class ClusterAddressWrong(ReconcilerError):
    """--cluster {address} names no cluster: {why}."""

    remedy = (
        "Write tcp://HOST:PORT (or tls://HOST:PORT) of a Dask scheduler, or local:N for N processes on this"
        " machine."
    )
    exit_code = USAGE


class ClusterUnreachable(ReconcilerError):
    """There is no cluster at {address}: {why}."""

    remedy = (
        "Start one with `dask scheduler` and, on each machine, `dask worker {address}`; or leave --cluster"
        " out. Nothing was written."
    )


class ClusterUnlike(ReconcilerError):
    """A worker of the cluster has {theirs}, and here is reconciler {ours}."""

    remedy = (
        "Install the same version in the environment of every worker, and start the workers anew. Nothing was"
        " written."
    )


class ClusterApart(ReconcilerError):
    """A worker of the cluster does not reach the state: {why}."""

    remedy = (
        "Every worker must open the same state: one in PostgreSQL, or a file in a folder that all machines"
        " share under the same name. Nothing was written."
    )


class ClusterLost(ReconcilerError):
    """The cluster was lost while it worked: {why}."""

    remedy = "Nothing was written. Look at the scheduler and the workers, then run it again."


class ClusterLostInPart(ClusterLost):
    """The cluster was lost while it wrote: {why}."""

    remedy = (
        "What was written is whole, and the run is closed as done in part. Run the same command again: what"
        " is there already is left as it is."
    )
    exit_code = IN_PART


class StateMovedOn(ReconcilerError):
    """Somebody wrote to the state while the cluster planned ({what})."""

    remedy = (
        "Every worker reads for itself, so this plan would be of two moments. Plan again; without --cluster a"
        " plan is of one moment, whoever writes."
    )
    exit_code = BUSY
