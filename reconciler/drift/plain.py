"""This room is drift as plain JSON values; the shape is documented at `to_json`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from reconciler.drift.lines import lines
from reconciler.drift.model import STANDINGS
from reconciler.drift.waiving import addresses
from reconciler.drift.ways import put_back
from reconciler.story.locks import WHY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.drift.adopting import Adoption
    from reconciler.drift.model import Drift, Line
    from reconciler.policy import Finding
    from reconciler.rewriting import FileChange

Json = dict[str, Any]


def to_json(drift: Drift, expired: Sequence[Finding], catalogs: Sequence[str] = ()) -> Json:
    """Drift as JSON.

    `counts`: standing (`open`, `waived`, `wanted`, `editable`, `free`) -> lines. `lines`: [{standing, why,
    says, hop (`course` or `section`), area, key, label, field, old, new, hosts, courses, masters, addresses
    (of the items), waiver {address, reason, owner, expires} or null}]. `put_back`: commands.
    `expired_waivers`: texts.
    """
    told = lines(drift)
    counts = Counter(one.standing.code for one in told)
    return {
        "counts": {code: counts[code] for code in STANDINGS},
        "lines": [_line(drift, one) for one in told],
        "put_back": list(put_back(drift, catalogs)),
        "expired_waivers": [one.message for one in expired],
    }


def _line(drift: Drift, one: Line) -> Json:
    waiver = one.standing.waiver
    return {
        "standing": one.standing.code,
        "why": one.standing.why,
        "says": WHY.get(one.standing.why, ""),
        "hop": "section" if one.on_section else "course",
        "area": one.area.value,
        "key": one.key,
        "label": one.label,
        "field": one.field,
        "old": one.old,
        "new": one.new,
        "hosts": len(one.hosts),
        "courses": len(one.courses),
        "masters": list(one.masters),
        "addresses": addresses(drift, one),
        "waiver": waiver._asdict() if waiver else None,
    }


def adopted(told: Adoption, files: Sequence[FileChange], *, written: bool) -> Json:
    """An adoption as JSON: {files: [{path, diff}], left_out, notes, written}."""
    return {
        "files": [{"path": str(one.path), "diff": one.diff} for one in files],
        "left_out": list(told.left_out),
        "notes": list(told.notes),
        "written": written,
    }
