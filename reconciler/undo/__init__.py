"""This room takes a run back: a plan like any other, made of the journal (house.md 2).

`journal.py` reads what a run did; `restore.py` judges one host; `survey.py` walks over all of them;
`build.py` makes the plan, and `judge.py` holds it against what is there when it is carried out.
"""

from reconciler.undo.build import plan_undo

__all__ = ["plan_undo"]
