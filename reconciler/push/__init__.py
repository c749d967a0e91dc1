"""This room carries a plan out: looks again, holds what it sees against the plan, and writes in batches.

`members.py` knows what the plan said of whom; `judge.py` looks again; `moves.py` turns verdicts into
rows to write; `run.py` does it all, with a run in the journal.
"""

from reconciler.push.run import Pushed, push

__all__ = ["Pushed", "push"]
