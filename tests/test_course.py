"""Holdings and items are values, in whichever process they are."""

import os
import pickle
import subprocess
import sys

from reconciler.course import Area, Holding, Item, Part, setup

HELD = Holding().put({(Area.CATEGORIES, Part.OWN): setup([Item("Homework", (("weight", "20"),))])})
AGAIN = """
import pickle, sys
told = pickle.load(sys.stdin.buffer)
from reconciler.course import Holding
print({Holding(told.setups)} == {told})
"""


def test_a_holding_that_went_to_another_process_is_found_there() -> None:
    """Python's hashes of texts differ from process to process, and a holding keeps its own."""
    assert hash(HELD) == hash(Holding(HELD.setups))
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", AGAIN], input=pickle.dumps(HELD), capture_output=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )  # fmt: skip
        assert done.stdout.split() == [b"True"]
