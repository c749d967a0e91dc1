"""Catalogs that hypothesis makes up: one meaning, written in many ways (block, flow, comments, setups)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from reconciler.course import Area, cell_key, composite_key, item
from reconciler.course.references import Ref
from tests.strategies import Tape

TASKS = ("Quarter", "Final Exam", "On: time")
CODES = ("A.1", "B-2", "007")
NAMES = ("Homework", "Tests, big", "Labs #2", "é😀 Übung", "no")
HEAD = """\
# a catalog that nobody wrote
catalog: Made up
school_years: [2027]   # and no other
schools: all
score_groups: {Letters: {A: 4, B: 3}, Marks: {P: }}
rubrics: {Four: {"4": Exceeds}}
grading_scales:
  Scale: {score_group: Letters, marks: {A: 90, B: 80}}
tasks: {Quarter: , Final Exam: , "On: time": }
standards: {A.1: First, B-2: Second, "007": Third}
tests: {MAP: [A.1, B-2, "007"], "State: 1": }
"""
FIELDS = {
    "grading_tasks": {
        "score_group": ("Letters", "Marks"), "credit": (1, 0.5), "terms": ([1], [1, 2], []), "post_only": (True, False),
    },
    "standards": {"rubric": ("Four",), "terms": ([1], [2, 3])},
    "assessments": {"scoring": ("teacher", "read_only"), "copies_forward": (True, False)},
    "categories": {
        "weight": (10, 20.5, 0), "sequence": (1, 2), "drop_lowest": (0, 1, 2), "terms": ([1], [1, 2]),
        "tasks": (["Quarter"], ["Quarter", "On: time"], []), "exclude_from_calculation": (True, False),
    },
    "grade_calc_options": {
        "calculation": ("none", "in_progress"), "grading_scale": ("Scale",), "limit_to_last": (3,),
        "use_percent": (True, False),
    },
}  # fmt: skip
"""What each list's entries may say."""
INFO = {
    "department": ("Mathematics", "no", "1:30"), "credits": (1, 0.5), "honors": (True, False),
    "state_code": ("0401", "1e5"), "max_students": (30,),
}  # fmt: skip


@dataclass
class Written:
    """A catalog's text, and a count of the comments in it."""

    tape: Tape
    comments: int = 0
    lines: list[str] = field(default_factory=list)

    def comment(self) -> str:
        """Sometimes a comment, each with a number of its own."""
        if self.tape.yes(3):
            return ""
        self.comments += 1
        return f" # note {self.comments}"


def scalar(value: object) -> str:
    """A value as JSON, which is YAML; numbers stay numbers."""
    return "null" if value is None else json.dumps(value, ensure_ascii=False)


def flow(entry: dict[str, object]) -> str:
    return "{" + ", ".join(f"{key}: {nested(one)}" for key, one in entry.items()) + "}"


def nested(value: object) -> str:
    if isinstance(value, dict):
        return flow(value)
    if isinstance(value, list):
        return "[" + ", ".join(nested(one) for one in value) + "]"
    return scalar(value)


def write_list(out: Written, name: str, entries: list[dict[str, object]], column: int) -> None:
    """A list of entries: in brackets, as rows in braces, or as rows of lines."""
    pad = " " * column
    if not entries or not out.tape.yes(4):
        out.lines.append(f"{pad}{name}: {nested(entries)}{out.comment()}")
        return
    out.lines.append(f"{pad}{name}:{out.comment()}")
    dash = pad if out.tape.yes(2) else pad + "  "
    for entry in entries:
        if out.tape.yes(2):
            out.lines.append(f"{dash}- {flow(entry)}{out.comment()}")
            continue
        mark = "- "
        for key, one in entry.items():
            out.lines.append(f"{dash}{mark}{key}: {nested(one)}{out.comment()}")
            mark = "  "
        if not out.tape.yes(5):
            out.comments += 1
            out.lines += [f"{dash}  # note {out.comments}", ""]


def entries(tape: Tape, name: str, inherited: set[str]) -> list[dict[str, object]]:
    """Entries of one list of a setup or master; together they name nothing twice."""
    found: list[dict[str, object]] = []
    if name == "composite_grades":
        return [composite(tape, parent) for parent in TASKS[:2] if tape.yes(2)]
    free = [key for key in keys(name) if tape.yes(3)]
    while free:
        many = 1 + tape.number(2)
        group, free = free[:many], free[many:]
        if name == "categories":
            group, free = group[:1], [*group[1:], *free]
        entry = identity(name, group)
        if inherited and set(group) <= inherited and not tape.yes(4):
            found.append({**entry, "drop": True})
            continue
        for key, values in FIELDS[name].items():
            if key not in entry and tape.yes(2):
                entry[key] = tape.pick((*values, None)) if inherited else tape.pick(values)
        found.append(entry)
    return found


def keys(name: str) -> tuple[str, ...]:
    """What the entries of a list may stand for."""
    return {
        "grading_tasks": TASKS, "standards": CODES, "assessments": CODES, "categories": NAMES,
        "grade_calc_options": TASKS,
    }[name]  # fmt: skip


def identity(name: str, group: list[str]) -> dict[str, object]:
    """The fields that say what an entry stands for."""
    one: object = group[0] if len(group) == 1 else group
    if name == "grading_tasks":
        return {"task": one}
    if name == "standards":
        return {"standard": one}
    if name == "assessments":
        return {"test": "MAP", "standard": one}
    if name == "categories":
        return {"name": one} if one != "Homework" else {"key": one, "name": "HW"}
    return {"task": one, "terms": [1, 2]}


def composite(tape: Tape, parent: str) -> dict[str, object]:
    """A composite grade whose children make 100."""
    weights = tape.pick(((100,), (40, 60), (20, 20.5, 59.5)))
    rows = [{"task": "On: time", "term": place + 1, "weight": one} for place, one in enumerate(weights)]
    return {"task": parent, "term": 2, "children": rows}


def catalog(data: bytes) -> Written:
    """The text of a catalog with two setups and three masters."""
    out = Written(Tape(data))
    out.lines = HEAD.rstrip("\n").split("\n")
    out.lines.append("setups:")
    below: dict[str, set[str]] = {}
    for name in ("one", "two"):
        out.lines.append(f"  {name}:{out.comment()}")
        out.lines.append("    periods: 1")
        body(out, below, 4, master=False)
    out.lines.append("masters:")
    for number in ("0401", "0402", "0403"):
        use = ["one", "two"] if out.tape.yes(3) else []
        out.lines += [
            f'  - number: "{number}"{out.comment()}',
            f"    name: Course {number}",
            f"    use: {nested(use)}",
        ]
        if number == "0402" and out.tape.yes(2):
            out.lines[-3:] = [f'  - {{number: "0402", name: Course 0402, use: {nested(use)}}}{out.comment()}']
        else:
            body(out, below if use else {}, 4, master=True)
        out.lines.append("")
    return out


def body(out: Written, below: dict[str, set[str]], column: int, *, master: bool) -> None:
    """The lists and fields of a setup or master."""
    for name, values in INFO.items():
        if out.tape.yes(3) and master:
            out.lines.append(f"{' ' * column}{name}: {scalar(out.tape.pick(values))}{out.comment()}")
    for name in (*FIELDS, "composite_grades"):
        if out.tape.yes(3):
            made = entries(out.tape, name, below.get(name, set()) if master else set())
            write_list(out, name, made, column)
            if not master:
                found = {str(key) for entry in made for key in told(entry)}
                below[name] = below.get(name, set()) | found if made else set()


def told(entry: dict[str, object]) -> list[object]:
    value = entry.get("key") or entry.get("name") or entry.get("task") or entry.get("standard")
    return value if isinstance(value, list) else [value]


def wanted(tape: Tape, area: Area, key: str) -> object:
    """An item of this key with any values."""
    fields = {name: tape.pick(values) for name, values in FIELDS[area.value].items() if tape.yes(2)}
    if area is Area.CATEGORIES:
        fields["name"] = tape.pick((key, f"{key} too"))
    if area is Area.STANDARDS:
        fields["name"] = tape.pick(
            (dict(zip(CODES, ("First", "Second", "Third"), strict=True))[key], "Another")
        )
    return item(area, key, fields)


def possible(area: Area) -> tuple[str, ...]:
    """The keys of an area's items."""
    if area is Area.ASSESSMENTS:
        return (*(f"MAP<{code}" for code in CODES), "State: 1")
    if area is Area.GRADE_CALC_OPTIONS:
        refs = (*(Ref(Area.GRADING_TASKS, one) for one in TASKS), Ref(Area.STANDARDS, "007"))
        return tuple(cell_key(ref, term) for ref in refs for term in (1, 2, 3))
    return keys(area.value)


def row(parent: str, term: int) -> str:
    """The key of a composite row."""
    return composite_key(Ref(Area.GRADING_TASKS, parent), 2, Ref(Area.GRADING_TASKS, "On: time"), term)
