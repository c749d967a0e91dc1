"""This room writes the catalogs of a made-up district as YAML: models that masters share, and masters.

A model has 3-5 categories, 8-12 grade calc cells and 2-6 composite rows. Every fifth master changes two
weights of its model.
"""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

from reconciler.formats.native.text import yaml_rows, yaml_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.sizes import Size

YEAR = 2027
TERMS = 4
QUARTER, PROGRESS, SEMESTER, EXAM, FINAL = (
    "Quarter Grade",
    "Progress",
    "Semester Grade",
    "Final Exam",
    "Final Grade",
)
DEPARTMENTS = ("Mathematics", "English", "Science", "Social Studies", "Arts", "Languages", "Health", "CTE")
CATEGORIES = ("Homework", "Classwork", "Tests", "Quizzes", "Projects", "Labs", "Essays", "Notebook")
AREAS = (
    "grading_tasks",
    "standards",
    "assessments",
    "categories",
    "composite_grades",
    "composite_weights",
    "grade_calc_options",
)
CHANGES = ("nothing", "one", "all")
"""What districts change before a push: no weight, one of one master, one of every master."""
CHANGED = "00000"
"""The number of the one master, in the first catalog."""
HALF = Decimal("0.5")
Row = dict[str, Any]


def catalog_name(place: int) -> str:
    """The name of a district's catalog, counted from 0."""
    return f"Catalog {place + 1}"


def catalog_text(size: Size, place: int, schools: list[str], seed: int, change: str = "nothing") -> str:
    """One catalog as YAML; `schools` are those that have it, `change` is one of `CHANGES`."""
    rng = Random(f"{seed}/{place}")
    models = {f"model-{number}": _model(rng) for number in range(size.models)}
    head: Row = {
        "catalog": catalog_name(place),
        "school_years": [YEAR],
        "schools": schools,
        "locks": {
            "course_info": {
                "number": "locked",
                "name": "locked",
                "active": "locked",
                "department": "locked",
                "credits": "locked",
                "gpa_weight": "locked",
                "honors": "locked",
                "nces": "locked",
            },
            **dict.fromkeys(AREAS, "locked"),
            "cross_site": "unlocked",
        },
        "score_groups": {"Letters": dict(zip("ABCDF", (4, 3, 2, 1, 0), strict=True))},
        "grading_scales": {
            "Standard": {
                "score_group": "Letters",
                "marks": dict(zip("ABCDF", (90, 80, 70, 60, 0), strict=True)),
            }
        },
        "tasks": dict.fromkeys((QUARTER, PROGRESS, SEMESTER, EXAM, FINAL)),
        "setups": models,
    }
    count = _share(size.masters, size.catalogs, place)
    masters = [_master(rng, number, models) for number in range(count)]
    if change == "one" and place == 0:
        _one_heavier(masters[0], models)
    elif change == "all":
        _all_heavier(masters, models)
    return yaml_table(head) + "".join(yaml_rows("masters", iter(masters)))


def _one_heavier(master: Row, models: dict[str, Row]) -> None:
    """The first category of one master gets half a point more."""
    first = _first(models[master["use"][0]])
    listed = master.setdefault("categories", [])
    mine = next((row for row in listed if row["name"] == first["name"]), None)
    if mine is None:
        mine = {"name": first["name"], "weight": first["weight"]}
        listed.append(mine)
    mine["weight"] += HALF


def _all_heavier(masters: list[Row], models: dict[str, Row]) -> None:
    """The first category of every master gets half a point more, in its model or where it says its own."""
    for master in masters:
        first = _first(models[master["use"][0]])
        for row in master.get("categories", ()):
            if row["name"] == first["name"]:
                row["weight"] += HALF
    for model in models.values():
        _first(model)["weight"] += HALF


def _first(model: Row) -> Row:
    found: Row = min(model["categories"], key=lambda row: str(row["name"]))
    return found


def _share(whole: int, parts: int, place: int) -> int:
    return whole // parts + (place < whole % parts)


def _model(rng: Random) -> Row:
    semesters, exam = rng.random() < 0.4, rng.random() < 0.5  # noqa: PLR2004 - how many have them
    tasks = [_task(QUARTER, [1, 2, 3, 4]), _task(PROGRESS, [1, 2, 3, 4]), _task(FINAL, [4])]
    cells = [_cell(QUARTER, [1, 2, 3, 4]), _cell(PROGRESS, [1, 2, 3, 4])]
    if semesters:
        tasks.append(_task(SEMESTER, [2, 4]))
        cells.append(_cell(SEMESTER, [2, 4]))
    if exam:
        tasks.append(_task(EXAM, [4]))
        cells.append(_cell(EXAM, [4]))
    if not (semesters and exam) or rng.random() < 0.5:  # noqa: PLR2004 - half of them
        cells.append(_cell(FINAL, [4]))
    return {
        "terms": TERMS,
        "grading_tasks": tasks,
        "categories": list(_categories(rng)),
        "composite_grades": list(_composites(rng, semesters=semesters, exam=exam)),
        "grade_calc_options": cells,
        "standards": [],
        "assessments": [],
    }


def _task(name: str, terms: list[int]) -> Row:
    return {"task": name, "score_group": "Letters", "terms": terms}


def _cell(task: str, terms: list[int]) -> Row:
    return {
        "task": task,
        "terms": terms,
        "calculation": "in_progress",
        "grading_scale": "Standard",
        "weight_categories": task == QUARTER,
    }


def _categories(rng: Random) -> Iterator[Row]:
    names = rng.sample(CATEGORIES, rng.randint(3, 5))
    cuts = sorted(rng.sample(range(1, 20), len(names) - 1))
    weights = [5 * (after - before) for before, after in zip((0, *cuts), (*cuts, 20), strict=True)]
    for place, (name, weight) in enumerate(zip(names, weights, strict=True), start=1):
        drop = rng.choice((0, 0, 0, 1, 2))
        yield {"name": name, "weight": weight, "sequence": place, "drop_lowest": drop, "tasks": [QUARTER]}


def _composites(rng: Random, *, semesters: bool, exam: bool) -> Iterator[Row]:
    if not semesters:
        quarters = [(QUARTER, term, 20 if exam else 25) for term in (1, 2, 3, 4)]
        yield _parent(FINAL, 4, [*quarters, (EXAM, 4, 20)] if exam else quarters)
        return
    yield _parent(FINAL, 4, [(SEMESTER, 2, 50), (SEMESTER, 4, 50)])
    if rng.random() < 0.5:  # noqa: PLR2004 - half of them
        for term in (2, 4):
            yield _parent(SEMESTER, term, [(QUARTER, term - 1, 50), (QUARTER, term, 50)])


def _parent(task: str, term: int, children: list[tuple[str, int, int]]) -> Row:
    rows = [{"task": child, "term": at, "weight": weight} for child, at, weight in children]
    return {"task": task, "term": term, "children": rows}


def _master(rng: Random, number: int, models: dict[str, Row]) -> Row:
    model = f"model-{number % len(models)}"
    department = DEPARTMENTS[number % len(DEPARTMENTS)]
    credit = rng.choice((Decimal("0.5"), Decimal(1)))
    row: Row = {
        "number": f"{number:05d}",
        "name": f"{department} {number}",
        "use": [model],
        "department": department,
        "credits": credit,
        "gpa_weight": credit,
        "honors": rng.random() < 0.1,  # noqa: PLR2004 - one in ten
        "nces": {"level": "G", "credit": credit, "sequence": "1 of 1"},
    }
    if rng.random() < 0.2:  # noqa: PLR2004 - one in five
        row["categories"] = _shifted(rng, models[model]["categories"])
    return row


def _shifted(rng: Random, categories: list[Row]) -> list[Row]:
    """Two categories of the model with a little weight moved from one to the other."""
    one, other = rng.sample(categories, 2)
    step = rng.choice((1, 2, 3, 4))
    return [
        {"name": one["name"], "weight": one["weight"] - step},
        {"name": other["name"], "weight": other["weight"] + step},
    ]
