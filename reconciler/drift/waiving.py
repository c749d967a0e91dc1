"""This room writes the waiver that lets a change stay: an entry for `reconcile.yaml` (domain.md 15)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.address import parse
from reconciler.drift.lines import lines
from reconciler.errors import AddressWrong, suggestion
from reconciler.errors.drift import NothingToWaive
from reconciler.plan.targets import matches

if TYPE_CHECKING:
    from reconciler.drift.model import Drift, Line

REASON = "WHY IT MAY STAY"
"""What stands for a reason until somebody writes one."""


def snippet(drift: Drift, address: str, *, reason: str, owner: str, expires: str) -> str:
    """The entry of `waivers:` for an item's address, or a glob of it; raises AddressWrong, NothingToWaive."""
    _require_item(address)
    known = {one for line in lines(drift) if line.standing.code == "open" for one in addresses(drift, line)}
    if not any(matches(one, [address]) for one in known):
        raise NothingToWaive(address=address, hint=suggestion(address, known))
    pairs = (("address", address), ("reason", reason or REASON), ("owner", owner), ("expires", expires))
    told = [f"{name}: {json.dumps(text, ensure_ascii=False)}" for name, text in pairs]
    return "waivers:\n  - " + "\n    ".join(told)


def _require_item(address: str) -> None:
    """Raise AddressWrong for what policy would not take for an item's address."""
    try:
        told = parse(address)
    except ValueError:
        told = None
    if told is None or not (told.calendar and told.area and told.key):
        raise AddressWrong(text=address, why="a waiver names items, such as 0401@Harrison*#categories/*")


def addresses(drift: Drift, line: Line) -> list[str]:
    """The addresses of the item of a line in all its courses or sections, as waivers name them."""
    hosts = (parse(drift.address(one, on_section=line.on_section)) for one in line.hosts)
    return [str(replace(one, area=line.area.value, key=line.key)) for one in hosts]
