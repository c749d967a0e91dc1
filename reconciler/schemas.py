"""This room finds the shipped JSON Schemas: inside the package in a wheel, beside it in a checkout."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from reconciler.errors import UnknownSchema, suggestion

SUFFIX = ".schema.json"


def _folders() -> tuple[Path, ...]:
    here = Path(__file__).resolve().parent
    return (here / "schemas", here.parent / "schemas")


def names() -> tuple[str, ...]:
    """The names of the shipped schemas, in order."""
    found = {file.name.removesuffix(SUFFIX) for folder in _folders() for file in folder.glob(f"*{SUFFIX}")}
    return tuple(sorted(found))


def text(name: str) -> str:
    """One schema as it was shipped; raises UnknownSchema."""
    known = names()
    if name in known:
        for folder in _folders():
            file = folder / f"{name}{SUFFIX}"
            if file.is_file():
                return file.read_text(encoding="utf-8")
    raise UnknownSchema(name=name, close=suggestion(name, known), known=", ".join(known))


@cache
def load(name: str) -> dict[str, Any]:
    """One schema, read; raises UnknownSchema. Do not change it."""
    schema: dict[str, Any] = json.loads(text(name))
    return schema
