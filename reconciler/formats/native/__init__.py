"""This room is the native format: a whole district, readable and writable without loss."""

from reconciler.formats.native.changed import write_changed_json, write_changed_yaml
from reconciler.formats.native.reading import read
from reconciler.formats.native.writing import write_json, write_yaml

__all__ = ["read", "write_changed_json", "write_changed_yaml", "write_json", "write_yaml"]
