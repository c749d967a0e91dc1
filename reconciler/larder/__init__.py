"""This room keeps catalogs that were read and checked, so that the next command need not do it again.

What it keeps is never believed blindly: an entry counts only where the same version of the reader made it,
its digest is right, and the file system answers every question of the reading as it did then. Anything else
is read again, without a word. An entry is text, not Python's own form: reading it runs nothing.
"""

from reconciler.larder.places import Places
from reconciler.larder.portion import Portion
from reconciler.larder.shelf import VARIABLE, Larder, larder

__all__ = ["VARIABLE", "Larder", "Places", "Portion", "larder"]
