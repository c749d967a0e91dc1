"""The program, to be run in a folder of its own."""

from tests.commands.conftest import district, folder, reconcile  # noqa: F401
