"""The folder with a small district and the program, as the tests of commands have them."""

from tests.commands.conftest import district, folder, reconcile

__all__ = ["district", "folder", "reconcile"]
