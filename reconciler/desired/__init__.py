"""This room says what should be there: catalogs, checked and resolved, with their digest and problems.

What was read before comes from the larder; `resolving` is entered for the rest.
"""

from reconciler.desired.loading import Loaded, canonical, load, require, resolve

__all__ = ["Loaded", "canonical", "load", "require", "resolve"]
