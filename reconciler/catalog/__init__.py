"""This room reads YAML into documents that remember file, line and column; strict scalars throughout."""

from reconciler.catalog.document import Data, Document, Plain, Problem, Rows, Severity, Spot, Table, spot_of
from reconciler.catalog.include import MAPS, Entry, Source, gather
from reconciler.catalog.read import read, read_text

__all__ = [
    "MAPS",
    "Data",
    "Document",
    "Entry",
    "Plain",
    "Problem",
    "Rows",
    "Severity",
    "Source",
    "Spot",
    "Table",
    "gather",
    "read",
    "read_text",
    "spot_of",
]
