"""This room writes the waiver that lets a change stay: an entry for `reconcile.yaml` (domain.md 15)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.address import parse
from reconciler.errors import AddressWrong, suggestion
from reconciler.errors.drift import NothingToWaive
from reconciler.plan.targets import matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.drift.model import Drift

REASON = "WHY IT MAY STAY"
"""What stands for a reason until somebody writes one."""


def snippet(drift: Drift, address: str, *, reason: str, owner: str, expires: str) -> str:
    """The entry of `waivers:` for an item's address, or a glob of it; raises AddressWrong, NothingToWaive."""
    _require_item(address)
    known = set(_addresses(drift))
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


def _addresses(drift: Drift) -> Iterator[str]:
    """The address of every changed item that is to be mended."""
    for group in drift.of("open"):
        for host in group.hosts:
            yield item_address(
                drift, host, group.drop.area.value, group.drop.key, on_section=group.on_section
            )


def item_address(drift: Drift, host: int, area: str, key: str, *, on_section: bool) -> str:
    """The address of an item of a course or section, as waivers name it."""
    return str(replace(parse(drift.address(host, on_section=on_section)), area=area, key=key))
