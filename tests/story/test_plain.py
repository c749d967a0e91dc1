"""A story as programs read it: every key that the docstring names, in every state."""

from __future__ import annotations

import json
import re

import pytest

from reconciler.story.plain import to_json
from tests.story import scenes
from tests.story.telling import COURSE, SECTION, tell

ITEM = {
    "kind", "address", "area", "key", "label", "state", "now", "pushed", "inherited", "desired", "drifted",
    "awaiting", "decided_by", "lock", "pushed_by", "changed_by", "residual_since", "uses", "unread_sections",
    "next",
}  # fmt: skip
HOST = {
    "kind", "address", "title", "where", "teacher", "state", "why", "catalog", "master", "master_name", "file",
    "line", "refused", "sections", "unread_sections", "last_run", "next", "areas", "items",
}  # fmt: skip
RUN = {"run", "kind", "who", "started", "message", "commit"}


@pytest.fixture
def told(small):
    """A scene as JSON; of another address than the item's where one is given."""

    def ask(scene, address: str = ""):
        asked = scene(small)
        return json.loads(json.dumps(to_json(tell(small, address or asked.address, *asked.catalogs))))

    return ask


def test_the_docstring_names_every_key():
    item, host = to_json.__doc__.split("A course, section or list:")
    named = [set(re.findall(r"\w+", part)) for part in (item, host)]
    assert [ITEM - named[0], HOST - named[1]] == [set(), set()]


@pytest.mark.parametrize(
    "scene",
    [
        scenes.locked_item, scenes.teachers_change, scenes.deleted_below, scenes.residual, scenes.awaiting,
        scenes.inherited_task, scenes.without_catalogs, scenes.dormant,
    ],
)  # fmt: skip
def test_an_item_has_its_shape_in_every_state(told, scene):
    made = told(scene)
    assert set(made) == ITEM
    assert set(made["desired"]) == {"known", "value", "why"}
    assert set(made["decided_by"]) == {"layer", "file", "line", "through_course", "earlier"}
    assert set(made["lock"]) == {"state", "holds", "why"}
    for name in ("pushed_by", "changed_by", "residual_since"):
        assert made[name] is None or set(made[name]) == RUN
    for one in made["uses"]:
        assert set(one) == {"term", "assignments", "scores", "posted", "comments", "sections"}
    for one in made["next"]:
        assert set(one) == {"push", "action", "reason", "says", "do", "value", "held", "by"}


@pytest.mark.parametrize(
    ("scene", "path", "value"),
    [
        (scenes.by_named_setup, ("decided_by",), {
            "layer": "setup core", "file": "shared.yaml", "line": 7, "through_course": True, "earlier": False,
        }),
        (scenes.teachers_own, ("decided_by",), {
            "layer": "teacher", "file": None, "line": None, "through_course": False, "earlier": False,
        }),
        (scenes.locked_item, ("lock",), {"state": "locked", "holds": True, "why": "catalog"}),
        (scenes.without_catalogs, ("lock",), {"state": "", "holds": None, "why": "catalog_unknown"}),
        (scenes.without_catalogs, ("desired",), {"known": False, "value": None, "why": "catalog_unknown"}),
        (scenes.unlocked_item, ("desired",), {"known": True, "value": None, "why": "unlocked"}),
        (scenes.moved_on, ("desired", "value"), {"name": "Homework", "weight": "35"}),
        (scenes.moved_on, ("awaiting",), True),
        (scenes.deleted_below, ("now",), None),
        (scenes.deleted_below, ("pushed",), {"name": "Homework", "weight": "20"}),
        (scenes.deleted_below, ("drifted",), True),
        (scenes.inherited_task, ("inherited",), {"credit": "1"}),
        (scenes.awaiting, ("unread_sections",), 1),
        (scenes.residual, ("residual_since", "run"), 2),
        (scenes.residual, ("uses", 0), {
            "term": 1, "assignments": 3, "scores": 40, "posted": 0, "comments": 0, "sections": 1,
        }),
        (scenes.teachers_change, ("changed_by", "kind"), "other"),
        (scenes.strands_grades, ("next", 0, "held"), ["terms"]),
        (scenes.kept_by_reference, ("next", 0, "by"), ["category Homework"]),
        (scenes.moved_on, ("next", 0, "value"), {"name": "Homework", "weight": "35"}),
        (scenes.desynced, ("next", 0, "action"), "refuse"),
        (scenes.locked_item, ("next", 0, "says"), ""),
        (scenes.dropped_by_the_course, ("next", 0, "push"), "courses"),
    ],
)  # fmt: skip
def test_an_item_tells(told, scene, path, value):
    made = told(scene)
    for step in path:
        made = made[step]
    assert made == value


@pytest.mark.parametrize(
    ("address", "kind"), [(COURSE, "course"), (SECTION, "section"), (f"{SECTION}#categories", "list")]
)
def test_a_host_has_its_shape(told, address, kind):
    made = told(scenes.locked_item, address)
    assert set(made) == HOST
    assert (made["kind"], made["address"]) == (kind, address)
    assert (made["file"], made["line"], made["last_run"]["run"]) == ("hs.yaml", 3, 1)
    assert [set(one) for one in made["items"]] == [ITEM]
    for one in made["areas"]:
        assert set(one) == {"area", "lock", "states", "drifted", "awaiting"}


def test_a_host_counts_what_comes_next_and_says_why_it_fails(told):
    made = told(scenes.desynced, COURSE)
    assert (made["state"], made["refused"]) == ("Desynced", "desynced")
    assert made["next"] == [{"push": "masters", "reason": "desynced", "items": 1}]
    (categories,) = [one for one in made["areas"] if one["area"] == "categories"]
    assert (categories["states"], categories["drifted"]) == ({"linked & locked": 1}, 1)
