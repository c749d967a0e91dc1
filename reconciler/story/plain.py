"""This room is the story as plain JSON values; the shapes are documented at `to_json`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.plan.reasons import ALL
from reconciler.story.model import HostStory, ItemStory

if TYPE_CHECKING:
    from reconciler.course import Item, Origin
    from reconciler.current import Run
    from reconciler.story.model import Step, Wish

Json = dict[str, Any]


def to_json(told: ItemStory | HostStory) -> Json:
    """A story as JSON.

    An item: `kind` "item", `address`, `area`, `key`, `label`, `state` (domain.md 7), `now` / `pushed` /
    `inherited` (fields, or null), `desired` {known, value, why}, `drifted`, `awaiting`, `decided_by` {layer,
    file, line, through_course, earlier}, `lock` {state, holds, why}, `pushed_by` / `changed_by` /
    `residual_since` (a run {run, kind, who, started, message, commit}, or null), `uses` [{term, assignments,
    scores, posted, comments, sections}], `unread_sections`, `next` [{push, action, reason, says, do, value,
    held, by}].

    A course, section or list: `kind`, `address`, `title`, `where`, `teacher`, `state`, `why`, `catalog`,
    `master`, `master_name`, `file`, `line`, `refused`, `sections`, `unread_sections`, `last_run`, `next`
    [{push, reason, items}], `areas` [{area, lock, states, drifted, awaiting}], and `items`, each as above.
    """
    return _item(told) if isinstance(told, ItemStory) else _host(told)


def _item(told: ItemStory) -> Json:
    return {
        "kind": "item",
        "address": told.address,
        "area": told.area.value,
        "key": told.key,
        "label": told.label,
        "state": told.state,
        "now": _fields(told.now),
        "pushed": _fields(told.pushed),
        "desired": _wish(told.desired),
        "inherited": _fields(told.inherited),
        "drifted": told.drifted,
        "awaiting": told.awaiting,
        "decided_by": {
            "layer": told.layer.name,
            **_place(told.layer.origin),
            "through_course": told.layer.through,
            "earlier": told.layer.earlier,
        },
        "lock": told.lock._asdict(),
        "pushed_by": _run(told.pushed_by),
        "changed_by": _run(told.changed_by),
        "residual_since": _run(told.since),
        "uses": [{"term": one.term, **one.counts._asdict(), "sections": one.sections} for one in told.uses],
        "unread_sections": told.unread,
        "next": [_step(one) for one in told.steps],
    }


def _fields(one: Item | None) -> Json | None:
    return None if one is None else dict(one.fields)


def _wish(one: Wish) -> Json:
    return {"known": one.known, "value": _fields(one.item), "why": one.why}


def _place(origin: Origin | None) -> Json:
    return {"file": origin.file if origin else None, "line": origin.line if origin else None}


def _run(run: Run | None) -> Json | None:
    if run is None:
        return None
    return {
        "run": run.id,
        "kind": run.kind,
        "who": run.who,
        "started": run.started,
        "message": run.message,
        "commit": run.revision,
    }


def _step(one: Step) -> Json:
    reason = ALL.get(one.reason)
    return {
        "push": one.push,
        "action": one.action,
        "reason": one.reason,
        "says": reason.says if reason else "",
        "do": reason.do if reason else "",
        "value": _fields(one.after),
        "held": list(one.held),
        "by": list(one.by),
    }


def _host(told: HostStory) -> Json:
    kind = "list" if told.area else "section" if told.is_section else "course"
    return {
        "kind": kind,
        "address": told.address,
        "title": told.title,
        "where": told.where,
        "teacher": told.teacher,
        "state": told.state,
        "why": told.why,
        "catalog": told.catalog,
        "master": told.master,
        "master_name": told.master_name,
        **_place(told.origin),
        "refused": told.refused,
        "sections": told.sections,
        "unread_sections": told.unread,
        "last_run": _run(told.last_run),
        "next": [
            {"push": push, "reason": reason, "items": count} for (push, reason), count in told.next.items()
        ],
        "areas": [
            {**one._asdict(), "area": one.area.value, "states": dict(one.states)} for one in told.areas
        ],
        "items": [_item(one) for one in told.items],
    }
