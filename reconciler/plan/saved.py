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
BODY = '"body":'
"""What stands before the body in a file; in a text the quotes would be escaped."""
SCHEMA = "https://reconciler.dev/schemas/plan.schema.json"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """A plan as read from a file (or about to be written): what apply goes by.

    `wishes`: the place in `wants` of the wish that each course follows, by the course's id; -1 for none.
    """

    digest: str
    made: str
    by: str
    store: str
    catalog: str
    catalogs: tuple[str, ...]
    scope: Scope
    wants: tuple[Wanted, ...]
    wishes: Mapping[int, int]
    cohorts: tuple[SavedCohort, ...]
    courses: frozenset[int]
    lists: Mapping[str, Mapping[ListKind, Setup]]
    lists_before: Mapping[str, Mapping[ListKind, Setup]]
    summary: Json
    revision: str = ""


def document(plan: Plan, summary: Json, *, made: str, by: str, tool: str, revision: str = "") -> Json:
    """The plan as a JSON document (schemas/plan.schema.json); `revision`: the catalogs' git commit."""
    body = written(plan, summary)
    return {**_envelope(canonical(body), made, by, tool, revision), "body": body}


def text(plan: Plan, summary: Json, *, made: str, by: str, tool: str, revision: str = "") -> str:
    """The same document as it stands in a file; its body last, and in its canonical form."""
    body = canonical(written(plan, summary))
    return f"{canonical(_envelope(body, made, by, tool, revision))[:-1]},{BODY}{body}}}\n"


def _envelope(body: str, made: str, by: str, tool: str, revision: str) -> Json:
    return {
        "$schema": SCHEMA,
        "format": FORMAT,
        "made": made,
        "by": by,
        "tool": tool,
        "revision": revision,
        "digest": digest(body),
    }


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
        told, body = _parted(text)
    except json.JSONDecodeError as error:
        raise PlanBroken(file=path, line=error.lineno, column=error.colno) from None
    except (ValueError, RecursionError):
        raise PlanForeign(file=path, why="no plan has numbers that long or lists that deep") from None
    check(told, path, body)
    try:
        return parse(told)
    except (LookupError, ValueError, TypeError, AttributeError) as error:
        raise PlanForeign(file=path, why=_what_is_wrong(told) or f"it contradicts itself: {error}") from None


def _parted(text: str) -> tuple[Any, str]:
    """The document, and its body as it stands there; empty where it is not the last part of it.

    Envelope and body are read apart: if both can be, then the whole is nothing but the two.
    """
    envelope, mark, rest = text.partition(BODY)
    body, brace = rest.rstrip()[:-1], rest.rstrip()[-1:]
    try:
        told = json.loads(f"{envelope}{mark}null{brace}")
        return {**told, "body": json.loads(body)}, body
    except (ValueError, RecursionError, TypeError):
        return json.loads(text), ""


def check(told: object, path: Path, body: str = "") -> None:
    """Is this a plan, of a version we know, and is it as it was written? `body`: as it stands there."""
    if not isinstance(told, dict) or told.get("$schema") != SCHEMA:
        raise PlanForeign(file=path, why="it does not say that it is a plan")
    form = told.get("format")
    if isinstance(form, int) and form > FORMAT:
        raise PlanNewer(file=path)
    if isinstance(form, int) and 0 < form < FORMAT:
        raise PlanOlder(file=path)
    if not isinstance(told.get("body"), dict) or not _fits(told, body):
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


def _fits(told: Json, body: str) -> bool:
    """Does the digest fit? First as the body stands there: it is written so, unless it was laid out anew."""
    return told.get("digest") == digest(body) or told.get("digest") == _digest(told["body"])


def _digest(body: Json) -> str:
    """The digest of a body as read; empty where no plan could have been written so."""
    try:
        return digest(canonical(body))
    except UnicodeEncodeError:
        return ""


def parse(told: Json) -> SavedPlan:
    """Read a checked document."""
    body = told["body"]
    read, courses = Body(body), members.unpack(body["courses"])
    return SavedPlan(
        told["digest"],
        told["made"],
        told["by"],
        body["store"],
        body["catalog"],
        tuple(body["catalogs"]),
        _scope(body["scope"]),
        tuple(read.want(one) for one in body["wants"]),
        dict(zip(courses, members.unpack(body["wishes"]), strict=True)),
        tuple(read.cohort(one) for one in body["cohorts"]),
        frozenset(courses),
        read.lists(body["lists"]),
        read.lists(body["lists_before"]),
        body["summary"],
        told.get("revision", ""),
    )


def _scope(told: Json) -> Scope:
    lists = {name: tuple(value) for name, value in told.items() if isinstance(value, list)}
    return Scope(**{**told, **lists, "data": frozenset(DataType(one) for one in told["data"])})
