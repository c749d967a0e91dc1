"""This room writes a plan as a file and reads it back, whole or not at all.

The file is an envelope (when, who, which tool) around a body with a digest. The body is all that apply
needs: the store, the desired setups, the cohorts with their verdicts, the members as short texts; and
the summary, so that it can be shown elsewhere. Setups, items and verdicts stand once and are referred
to by their places.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reconciler import members
from reconciler.course import DataType, digest
from reconciler.errors import PlanBroken, PlanForeign, PlanNewer, PlanTampered
from reconciler.errors.plans import PlanOlder
from reconciler.plan.recalled import Body
from reconciler.plan.scope import Scope
from reconciler.plan.written import body as written

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from reconciler.course import ListKind, Setup
    from reconciler.plan.model import Plan
    from reconciler.plan.together import SavedCohort
    from reconciler.plan.wanted import Wanted

FORMAT = 2
"""The version of the file; no other is read."""
SCHEMA = "https://reconciler.dev/schemas/plan.schema.json"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """A plan as read from a file (or about to be written): what apply goes by.

    `followers`: the ids of the courses of each wish.
    """

    digest: str
    made: str
    by: str
    store: str
    catalog: str
    catalogs: tuple[str, ...]
    scope: Scope
    wants: tuple[Wanted, ...]
    followers: tuple[tuple[int, ...], ...]
    cohorts: tuple[SavedCohort, ...]
    courses: frozenset[int]
    lists: Mapping[str, Mapping[ListKind, Setup]]
    lists_before: Mapping[str, Mapping[ListKind, Setup]]
    summary: Json
    revision: str = ""


def document(plan: Plan, summary: Json, *, made: str, by: str, tool: str, revision: str = "") -> Json:
    """The plan as a JSON document (schemas/plan.schema.json); `revision`: the catalogs' git commit."""
    body = written(plan, summary)
    return {
        "$schema": SCHEMA,
        "format": FORMAT,
        "made": made,
        "by": by,
        "tool": tool,
        "revision": revision,
        "digest": digest(canonical(body)),
        "body": body,
    }


def text(document: Json) -> str:
    """The document as it stands in a file: every part of its body on a line of its own."""
    rest = {name: part for name, part in document.items() if name != "body"}
    parts = (f"{json.dumps(name)}:{_compact(part)}" for name, part in document["body"].items())
    return _compact(rest)[:-1] + ',"body":{\n' + ",\n".join(parts) + "\n}}\n"


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def canonical(body: Json) -> str:
    """The text that the digest is taken of."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def load(path: Path) -> SavedPlan:
    """Read a plan file; raises PlanBroken, PlanForeign, PlanNewer, PlanOlder, PlanTampered."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise PlanForeign(file=path, why=error.strerror or "it can't be read") from None
    except UnicodeDecodeError:
        raise PlanForeign(file=path, why="it is not text in UTF-8") from None
    try:
        told = json.loads(text)
    except json.JSONDecodeError as error:
        raise PlanBroken(file=path, line=error.lineno, column=error.colno) from None
    except (ValueError, RecursionError):
        raise PlanForeign(file=path, why="no plan has numbers that long or lists that deep") from None
    check(told, path)
    try:
        return parse(told)
    except (LookupError, ValueError, TypeError, AttributeError) as error:
        raise PlanForeign(file=path, why=_what_is_wrong(told) or f"it contradicts itself: {error}") from None


def check(told: object, path: Path) -> None:
    """Is this a plan, of a version we know, and is it as it was written?"""
    if not isinstance(told, dict) or told.get("$schema") != SCHEMA:
        raise PlanForeign(file=path, why="it does not say that it is a plan")
    form = told.get("format")
    if isinstance(form, int) and form > FORMAT:
        raise PlanNewer(file=path)
    if isinstance(form, int) and 0 < form < FORMAT:
        raise PlanOlder(file=path)
    if not isinstance(told.get("body"), dict) or told.get("digest") != _digest(told["body"]):
        raise PlanTampered(file=path)
    wrong = _what_is_wrong({**told, "body": {name: _first(part) for name, part in told["body"].items()}})
    if wrong:
        raise PlanForeign(file=path, why=wrong)


def _first(part: object) -> object:
    """A long list by its first entry: the digest says that the rest is as the same program wrote it.

    Validating a large plan whole takes longer than reading it; that is done where reading fails.
    """
    return part[:1] if isinstance(part, list) else part


def _what_is_wrong(told: Json) -> str:
    """Where a plan does not fit its schema; empty where it does."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - 0.2 s that nobody else need pay

    from reconciler import schemas  # noqa: PLC0415 - goes with it

    problem = next(Draft202012Validator(schemas.load("plan")).iter_errors(told), None)
    if problem is None:
        return ""
    where = "/".join(str(step) for step in problem.absolute_path)
    return f"{problem.message} at {where or 'the top'}"


def _digest(body: Json) -> str:
    """The digest of a body as read; empty where no plan could have been written so."""
    try:
        return digest(canonical(body))
    except UnicodeEncodeError:
        return ""


def parse(told: Json) -> SavedPlan:
    """Read a checked document."""
    body = told["body"]
    read = Body(body)
    return SavedPlan(
        told["digest"],
        told["made"],
        told["by"],
        body["store"],
        body["catalog"],
        tuple(body["catalogs"]),
        _scope(body["scope"]),
        tuple(read.want(one) for one in body["wants"]),
        tuple(members.unpack(one[3]) for one in body["wants"]),
        tuple(read.cohort(one) for one in body["cohorts"]),
        frozenset(members.unpack(body["courses"])),
        read.lists(body["lists"]),
        read.lists(body["lists_before"]),
        body["summary"],
        told.get("revision", ""),
    )


def _scope(told: Json) -> Scope:
    lists = {name: tuple(value) for name, value in told.items() if isinstance(value, list)}
    return Scope(**{**told, **lists, "data": frozenset(DataType(one) for one in told["data"])})
