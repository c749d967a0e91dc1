"""The program in a folder of its own, for the commands of this room too."""

from tests.commands.conftest import district, folder, reconcile

__all__ = ["district", "folder", "reconcile"]
