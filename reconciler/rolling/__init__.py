"""This room rolls calendars forward into the next school year, by a plan like any other (domain.md 12)."""

from reconciler.rolling.model import Refused, Rolled, Rolling
from reconciler.rolling.plan import Wish, plan_roll
from reconciler.rolling.run import Done, roll

__all__ = ["Done", "Refused", "Rolled", "Rolling", "Wish", "plan_roll", "roll"]
