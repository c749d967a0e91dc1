"""This room reads YAML into documents that remember file, line and column; strict scalars throughout.

The YAML parser is entered when something is read: who finds a catalog in the larder never needs it.
"""

from typing import TYPE_CHECKING

from reconciler.catalog.document import Data, Document, Plain, Problem, Rows, Severity, Spot, Table, spot_of
from reconciler.catalog.files import Answer, Looking, roots, unchanged
from reconciler.late import late

if TYPE_CHECKING:
    from reconciler.catalog.include import MAPS, Entry, Source, gather, gather_one
    from reconciler.catalog.reading import read, read_text

__all__ = [
    "MAPS",
    "Answer",
    "Data",
    "Document",
    "Entry",
    "Looking",
    "Plain",
    "Problem",
    "Rows",
    "Severity",
    "Source",
    "Spot",
    "Table",
    "gather",
    "gather_one",
    "read",
    "read_text",
    "roots",
    "spot_of",
    "unchanged",
]
__getattr__ = late(
    __name__,
    {
        "MAPS": "include",
        "Entry": "include",
        "Source": "include",
        "gather": "include",
        "gather_one": "include",
        "read": "reading",
        "read_text": "reading",
    },
)
