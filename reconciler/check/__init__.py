"""This room turns documents into problems: JSON Schema first, then cross-references; all at once.

The rules are entered when something is checked: who finds a catalog in the larder never needs them.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.check.checking import check, examine, judge
    from reconciler.check.drafts import Draft, Drafts

__all__ = ["Draft", "Drafts", "check", "examine", "judge"]
_LATE = {
    "Draft": "drafts",
    "Drafts": "drafts",
    "check": "checking",
    "examine": "checking",
    "judge": "checking",
}


def __getattr__(name: str) -> object:
    """Enter the room's other files when one of their names is asked for."""
    if name in _LATE:
        return getattr(import_module(f"{__name__}.{_LATE[name]}"), name)
    raise AttributeError(name)
