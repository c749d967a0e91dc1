"""This room writes a plan as a file and reads it back, whole or not at all.

The file is an envelope (when, who, which tool) around a body with a digest. The body is all that apply
needs: the store, the desired setups, the cohorts with their verdicts, the members as short texts; and
the summary, so that it can be shown elsewhere. Setups, items and verdicts stand once and are referred
to by their places.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from reconciler import members
from reconciler.course import (
    EMPTY,
    Area,
    DataType,
    Item,
    ListKind,
    Ref,
    Rename,
    Setup,
    digest,
    encode,
    from_rows,
)
from reconciler.errors import PlanBroken, PlanForeign, PlanNewer, PlanTampered
from reconciler.keep.effect import Verdict
from reconciler.keep.table import Action, Hop
from reconciler.plan.scope import Scope
from reconciler.plan.wanted import Wanted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from reconciler.plan.model import Cohort, Plan

FORMAT = 1
"""The version of the file; a higher one is refused."""
SCHEMA = "https://reconciler.dev/schemas/plan.schema.json"
Json = dict[str, Any]


class SavedCohort(NamedTuple):
    """A cohort as saved: what was decided, for whom. `refused`: why the course stays as it is."""

    hop: Hop
    want: int
    refused: str
    verdicts: tuple[Verdict, ...]
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """A plan as read from a file (or about to be written): what apply goes by."""

    digest: str
    made: str
    by: str
    store: str
    catalog: str
    catalogs: tuple[str, ...]
    scope: Scope
    wants: tuple[Wanted, ...]
    cohorts: tuple[SavedCohort, ...]
    courses: frozenset[int]
    lists: Mapping[str, Mapping[ListKind, Setup]]
    lists_before: Mapping[str, Mapping[ListKind, Setup]]
    summary: Json
    revision: str = ""


def document(plan: Plan, summary: Json, *, made: str, by: str, tool: str, revision: str = "") -> Json:
    """The plan as a JSON document (schemas/plan.schema.json); `revision`: the catalogs' git commit."""
    body = _Writer().body(plan)
    body["summary"] = summary
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


def canonical(body: Json) -> str:
    """The text that the digest is taken of."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def load(path: Path) -> SavedPlan:
    """Read a plan file; raises PlanBroken, PlanForeign, PlanNewer, PlanTampered."""
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
    if isinstance(told.get("format"), int) and told["format"] > FORMAT:
        raise PlanNewer(file=path)
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
    read = _Reader(body)
    return SavedPlan(
        told["digest"],
        told["made"],
        told["by"],
        body["store"],
        body["catalog"],
        tuple(body["catalogs"]),
        _scope(body["scope"]),
        tuple(read.want(one) for one in body["wants"]),
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


class _Writer:
    """Writes a body, giving every setup, item and verdict a place."""

    def __init__(self) -> None:
        self.setups: dict[str, int] = {}
        self.items: dict[Item, int] = {}
        self.verdicts: dict[Verdict, int] = {}

    def body(self, plan: Plan) -> Json:
        """The body without the summary."""
        scope = asdict(plan.scope)
        scope["data"] = sorted(plan.scope.data)
        cohorts = [self._cohort(one) for one in plan.cohorts]
        return {
            "store": plan.store,
            "catalog": plan.catalog,
            "catalogs": list(plan.catalogs),
            "scope": scope,
            "wants": [self._want(one) for one in plan.wants],
            "cohorts": cohorts,
            "courses": members.pack(plan.courses),
            "skipped": {reason: members.pack(ids) for reason, ids in sorted(plan.skipped.items())},
            "lists": self._lists(plan.lists),
            "lists_before": self._lists(plan.lists_before),
            "verdicts": [self._verdict(one) for one in self.verdicts],
            "items": [_item(one) for one in self.items],
            "setups": [json.loads(one) for one in self.setups],
        }

    def _cohort(self, one: Cohort) -> Json:
        places = [self.verdicts.setdefault(verdict, len(self.verdicts)) for verdict in one.outcome.said]
        written: Json = {"hop": one.hop.value, "want": one.want}
        if one.outcome.refused:
            written["refused"] = one.outcome.refused
        return {**written, "verdicts": places, "members": members.pack(one.members)}

    def _lists(self, lists: Mapping[str, Mapping[ListKind, Setup]]) -> Json:
        return {
            name: {kind: self._setup(one) for kind, one in sorted(kinds.items())}
            for name, kinds in sorted(lists.items())
        }

    def _setup(self, one: Setup) -> int:
        return self.setups.setdefault(encode(one), len(self.setups))

    def _place(self, one: Item | None) -> int | None:
        return None if one is None else self.items.setdefault(one, len(self.items))

    def _verdict(self, one: Verdict) -> Json:
        written: Json = {
            "area": one.area.value,
            "key": one.key,
            "row": one.row,
            "action": one.action.value,
            "reason": one.reason,
            "before": self._place(one.before),
            "after": self._place(one.after),
        }
        if one.drift:
            written["drift"] = True
        if one.held:
            written["held"] = list(one.held)
        if one.by:
            written["by"] = [[ref.area.value, ref.key] for ref in one.by]
        return written

    def _want(self, one: Wanted) -> Json:
        return {
            "catalog": one.catalog,
            "number": one.number,
            "active": one.active,
            "overwrite": one.overwrite,
            "setups": {area.value: self._setup(listed) for area, listed in sorted(one.setups.items())},
            "weights": self._setup(one.weights),
            "editable": [[area.value, key] for area, key in sorted(one.editable)],
            "down": sorted(one.down),
            "renames": [[each.area.value, each.was, each.key] for each in one.renames],
            "was": one.was,
            "last_term": one.last_term,
            "relink": one.relink,
        }


def _item(one: Item) -> Json:
    written: Json = {"key": one.key, "fields": dict(one.fields)}
    marks = {"left": one.left, "kept": one.kept}
    return {**written, **{name: True for name, there in marks.items() if there}}


class _Reader:
    """Reads a body, following places."""

    def __init__(self, body: Json) -> None:
        self.setups = [from_rows(one) for one in body["setups"]]
        self.items = [one for row in body["items"] for one in from_rows([row])]
        self.verdicts = [self._verdict(one) for one in body["verdicts"]]

    def _verdict(self, told: Json) -> Verdict:
        return Verdict(
            Area(told["area"]),
            told["key"],
            told["row"],
            Action(told["action"]),
            told["reason"],
            None if told["before"] is None else self.items[told["before"]],
            None if told["after"] is None else self.items[told["after"]],
            told.get("drift", False),
            tuple(told.get("held", ())),
            tuple(Ref(Area(area), key) for area, key in told.get("by", ())),
        )

    def lists(self, told: Json) -> dict[str, dict[ListKind, Setup]]:
        """The named lists of catalogs."""
        return {
            name: {ListKind(kind): self.setups[place] for kind, place in kinds.items()}
            for name, kinds in told.items()
        }

    def cohort(self, told: Json) -> SavedCohort:
        """One cohort."""
        return SavedCohort(
            Hop(told["hop"]),
            told["want"],
            told.get("refused", ""),
            tuple(self.verdicts[place] for place in told["verdicts"]),
            members.unpack(told["members"]),
        )

    def want(self, told: Json) -> Wanted:
        """One wish."""
        return Wanted(
            told["catalog"],
            told["number"],
            told["active"],
            told["overwrite"],
            {Area(area): self.setups[place] or EMPTY for area, place in told["setups"].items()},
            self.setups[told["weights"]],
            frozenset((Area(area), key) for area, key in told["editable"]),
            frozenset(Area(area) for area in told["down"]),
            tuple(Rename(Area(area), was, key) for area, was, key in told["renames"]),
            told["was"],
            told["last_term"],
            told.get("relink", False),
        )
