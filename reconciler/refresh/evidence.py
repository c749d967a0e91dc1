"""This room reads a section's uses: by which item each one is known, and what the source does not count.

A use proves its category: assignments can't lie in a category that does not exist. So a category that
the list lacks but a use names is kept, or made; evidence is never dropped (R1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.course import Area, Counts, Use
from reconciler.district import Incoming
from reconciler.refresh.match import clean, name_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from reconciler.district import Incomings
    from reconciler.refresh.match import Here, Matches

Uses = dict[Use, Counts]


def prove(
    here: Here, known: Collection[str], uses: Mapping[Use, Counts]
) -> tuple[Incomings, tuple[str, ...]]:
    """The categories that uses name beyond the `known` names and keys; and those that the store lacks too."""
    named = {clean(use.key) for use, counts in uses.items() if use.area is Area.CATEGORIES and any(counts)}
    missing = sorted(named - set(known))
    if not missing:
        return (), ()
    keys = {one.key for one in (*here.linked, *here.own)}
    names = {one.get("name") for one in (*here.linked, *here.own)}
    more, unknown = [], []
    for text in missing:
        if text in keys and text not in names:
            more.append(Incoming(text, {}))
            continue
        more.append(Incoming(None, {"name": text}))
        if text not in names and here.aliases.get(text) not in keys:
            unknown.append(text)
    return tuple(more), tuple(unknown)


def texts_of(matches: Matches) -> dict[str, str]:
    """What a use may call each category that came -> its key.

    An explicit key goes before a name, and a name before the key that the category has, or gets here.
    """
    known = {row.key: row.key for row in matches.rows}
    by_name = {name_of(row.incoming) or "": row.key for row in reversed(matches.rows)}
    by_key = {clean(row.incoming.key): row.key for row in matches.rows if row.incoming.key is not None}
    return known | by_name | by_key


def resolve(texts: Mapping[str, str], uses: Mapping[Use, Counts]) -> Uses:
    """The uses by the keys of items; `texts` as `texts_of` gives it."""
    found: Uses = {}
    for use, counts in uses.items():
        if any(counts):
            key = clean(use.key)
            place = Use(use.area, texts.get(key, key) if use.area is Area.CATEGORIES else key, use.term)
            found[place] = _plus(found[place], counts) if place in found else counts
    return found


def merge(before: Uses, now: Uses, evidence: Collection[str]) -> Uses:
    """Counts that the source carries are its own; the others stay as they were."""
    if set(Counts._fields) <= set(evidence):
        return now
    carried = tuple(name in evidence for name in Counts._fields)
    none = Counts()
    merged: Uses = {}
    for use in {**before, **now}:
        both = zip(before.get(use, none), now.get(use, none), carried, strict=True)
        counts = Counts(*[new if ours else old for old, new, ours in both])
        if any(counts):
            merged[use] = counts
    return merged


def _plus(one: Counts, other: Counts) -> Counts:
    return Counts(*(left + right for left, right in zip(one, other, strict=True)))
