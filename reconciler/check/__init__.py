"""This room turns documents into problems: JSON Schema first, then cross-references; all at once.

The rules are entered when something is checked: who finds a catalog in the larder never needs them.
"""

from typing import TYPE_CHECKING

from reconciler.late import late

if TYPE_CHECKING:
    from reconciler.check.checking import check, examine, judge
    from reconciler.check.drafts import Draft, Drafts

__all__ = ["Draft", "Drafts", "check", "examine", "judge"]
__getattr__ = late(
    __name__,
    {
        "Draft": "drafts",
        "Drafts": "drafts",
        "check": "checking",
        "examine": "checking",
        "judge": "checking",
    },
)
