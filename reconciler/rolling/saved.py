"""This room writes a year-change plan as a file and reads it back, whole or not at all."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from reconciler.course import Term, digest
from reconciler.errors import PlanBroken, PlanForeign, PlanNewer, PlanTampered
from reconciler.plan.saved import canonical
from reconciler.rolling.model import Refused, Rolled, Rolling

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = 1
"""The version of the file; a higher one is refused."""
SCHEMA = "https://reconciler.dev/schemas/roll-forward.schema.json"
Json = dict[str, Any]


def document(plan: Rolling, *, made: str, by: str, tool: str) -> Json:
    """The plan as a JSON document (schemas/roll-forward.schema.json)."""
    body = _body(plan)
    envelope = {"$schema": SCHEMA, "format": FORMAT, "made": made, "by": by, "tool": tool}
    return {**envelope, "digest": digest(canonical(body)), "body": body}


def digest_of(plan: Rolling) -> str:
    """The digest that a plan has in its file."""
    return digest(canonical(_body(plan)))


def _body(plan: Rolling) -> Json:
    calendars = [{**one._asdict(), "terms": [term._asdict() for term in one.terms]} for one in plan.calendars]
    return {
        "store": plan.store,
        "start": plan.start,
        "end": plan.end,
        "with_sections": plan.with_sections,
        "calendars": calendars,
        "refused": [one._asdict() for one in plan.refused],
        "notes": list(plan.notes),
    }


def load(path: Path) -> Rolling:
    """Read a plan file; raises PlanBroken, PlanForeign, PlanNewer, PlanTampered."""
    try:
        told = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise PlanForeign(file=path, why=error.strerror or "it can't be read") from None
    except UnicodeDecodeError:
        raise PlanForeign(file=path, why="it is not text in UTF-8") from None
    except json.JSONDecodeError as error:
        raise PlanBroken(file=path, line=error.lineno, column=error.colno) from None
    except (ValueError, RecursionError):
        raise PlanForeign(file=path, why="no plan has numbers that long or lists that deep") from None
    _check(told, path)
    return _parse(told["body"])


def _check(told: Any, path: Path) -> None:  # noqa: ANN401 - any JSON
    if not isinstance(told, dict) or told.get("$schema") != SCHEMA:
        raise PlanForeign(file=path, why="it does not say that it is a year change")
    if isinstance(told.get("format"), int) and told["format"] > FORMAT:
        raise PlanNewer(file=path)
    try:
        right = isinstance(told.get("body"), dict) and told.get("digest") == digest(canonical(told["body"]))
    except UnicodeEncodeError:
        right = False
    if not right:
        raise PlanTampered(file=path)
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - 0.2 s that nobody else need pay

    from reconciler import schemas  # noqa: PLC0415 - goes with it

    wrong = next(Draft202012Validator(schemas.load("roll-forward")).iter_errors(told), None)
    if wrong is not None:
        where = "/".join(str(step) for step in wrong.absolute_path)
        raise PlanForeign(file=path, why=f"{wrong.message} at {where or 'the top'}")


def _parse(body: Json) -> Rolling:
    calendars = tuple(
        Rolled(**{**one, "terms": tuple(Term(**term) for term in one["terms"])}) for one in body["calendars"]
    )
    return Rolling(
        body["store"],
        body["start"],
        body["end"],
        body["with_sections"],
        calendars,
        tuple(Refused(**one) for one in body["refused"]),
        tuple(body["notes"]),
    )
