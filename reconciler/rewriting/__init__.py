"""This room edits catalogs in place: what must change changes, and every other byte stays as it is."""

from reconciler.rewriting.files import FileChange, write
from reconciler.rewriting.run import Change, rewrite

__all__ = ["Change", "FileChange", "rewrite", "write"]
