"""A native file is a whole backup: export, import and export give the same bytes, and its own changes nothing."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from reconciler import schemas
from reconciler.course import FIELDS, Area, Counts, Kind, Setup, Term, Use, item, setup
from reconciler.district import CalendarIn, CourseIn, District, Incoming, SchoolIn, SectionIn
from reconciler.formats import native
from reconciler.refresh import refresh
from reconciler.stores import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reconciler.current import Store

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "district.yaml"
EXAMPLES = int(os.environ.get("REC_EXAMPLES", "40"))

TEXTS = st.sampled_from(
    ["Homework", "Lab", "0401", "no", "Ä b", "a: b #c", "x/y@z", "standard:x", '"', "1.0"]
)
NAMES = st.sampled_from(["Homework", "Lab", "Quiz", "Homework (1)"])
KEYS = {
    Area.COURSE_INFO: ("credits", "department", "honors", "max_students", "custom.Pathway", "nces.course"),
    Area.CROSS_SITE: ("site", "room"),
    Area.GRADING_TASKS: ("Final", "Quarter", "0401"),
    Area.STANDARDS: ("RL.1", "standard:RL.2"),
    Area.ASSESSMENTS: ("MAP", "MAP<RL.1"),
    Area.CATEGORIES: ("Homework", "course/Lab", "section/Lab", "section/Lab/2", "HW"),
    Area.COMPOSITE_GRADES: ("Final@2<Quarter@1", "standard:RL.1@1<Final@2"),
    Area.COMPOSITE_WEIGHTS: ("Final@2<Quarter@1", "Final@2<Quarter@2"),
    Area.GRADE_CALC_OPTIONS: ("Final@2", "standard:RL.1@1", "odd key"),
}
VALUES: dict[Kind, st.SearchStrategy[object]] = {
    Kind.TEXT: TEXTS,
    Kind.DECIMAL: st.sampled_from(["0", "25", "12.5", "0.0001", "-1"]),
    Kind.COUNT: st.integers(0, 3),
    Kind.FLAG: st.booleans(),
    Kind.TERMS: st.lists(st.integers(1, 4), max_size=3),
    Kind.NAMES: st.lists(TEXTS, max_size=2),
}
FIELD_VALUES = {"credits": "0.5", "honors": True, "max_students": 30}


@st.composite
def incoming(draw: st.DrawFn, area: Area, key: str) -> Incoming:
    """One item of this key with some fields and marks."""
    fields = {name: draw(VALUES[kind]) for name, (kind, _) in FIELDS[area].items() if draw(st.booleans())}
    if area is Area.CATEGORIES:
        fields["name"] = draw(NAMES)
    elif key in FIELD_VALUES:
        fields["value"] = FIELD_VALUES[key]
    mark = draw(st.sampled_from(["", "", "linked", "left", "kept", "left kept"]))
    source_id = draw(st.sampled_from([None, f"id-{key}"])) if area is Area.CATEGORIES else None
    one = item(area, key, fields)
    return Incoming(
        key, {name: one.get(name, default) for name, (_, default) in FIELDS[area].items()}, source_id, mark
    )


@st.composite
def areas(draw: st.DrawFn) -> Mapping[Area, tuple[Incoming, ...]]:
    """Some items of some areas."""
    chosen = draw(st.lists(st.sampled_from(Area), max_size=3, unique=True))
    return {
        area: tuple(
            draw(incoming(area, key)) for key in draw(st.lists(st.sampled_from(KEYS[area]), unique=True))
        )
        for area in chosen
    }


@st.composite
def pushed(draw: st.DrawFn) -> Mapping[Area, Setup] | None:
    """What was pushed once, or nothing."""
    if draw(st.booleans()):
        return None
    return {
        area: setup(item(area, one.key or "", one.fields) for one in rows)
        for area, rows in draw(areas()).items()
    }


@st.composite
def uses(draw: st.DrawFn) -> Mapping[Use, Counts] | None:
    """Some uses, none, or never read."""
    if draw(st.booleans()):
        return None
    used = [Area.CATEGORIES, Area.GRADING_TASKS, Area.STANDARDS]
    where = st.builds(
        Use, st.sampled_from(used), st.sampled_from(["Homework", "section/Lab", "Final"]), st.integers(0, 4)
    )
    return draw(st.dictionaries(where, st.builds(Counts, *[st.integers(0, 3)] * 4), max_size=3))


OPTIONAL = st.sampled_from([None, "x", "0401"])
TAUGHT_IN = st.sampled_from([(), (1,), (1, 2, 4)])
RENAMED = st.sampled_from([{}, {Area.CATEGORIES: {"Old name": "section/Lab", "id:9": "HW"}}])


@st.composite
def sections(draw: st.DrawFn) -> tuple[SectionIn, ...]:
    """Up to three sections."""
    return tuple(
        SectionIn(number, draw(OPTIONAL) and f"s{number}", draw(OPTIONAL), draw(TAUGHT_IN), draw(areas()), draw(pushed()),
                  draw(uses()), aliases=draw(RENAMED))
        for number in draw(st.lists(st.sampled_from(["1", "02", "A/b"]), max_size=3, unique=True))
    )  # fmt: skip


@st.composite
def districts(draw: st.DrawFn) -> District:
    """One or two schools whose calendars may share a name, and some courses."""
    calendars = [CalendarIn("2026-27", "North", 2027, (Term("Q1"), Term("Q2", "2026-10-01", "2026-12-18")))]
    calendars += draw(
        st.sampled_from([[], [CalendarIn("2026-27", "South", 2027)], [CalendarIn("S 27", "South", 2027)]])
    )
    refs = (
        ["North/2026-27", "South/2026-27"]
        if calendars[1:] and calendars[1].name == "2026-27"
        else ["2026-27"]
    )
    courses = []
    for number in draw(st.lists(st.sampled_from(["0401", "Art I", "x@y"]), max_size=3, unique=True)):
        link = draw(st.sampled_from([(None, None, None), ("High", "0401", None), (None, None, "High/0401")]))
        courses.append(
            CourseIn(draw(st.sampled_from(refs)), number, draw(TEXTS), draw(OPTIONAL), draw(areas()), draw(sections()),
                     *link, draw(st.booleans()), draw(st.booleans()), draw(pushed()), aliases=draw(RENAMED))
        )  # fmt: skip
    lists = (
        {"High": {"tasks": setup([item(Area.CATEGORIES, "Final", {"name": "0401"})])}}
        if draw(st.booleans())
        else {}
    )
    every = frozenset(Area)
    schools = (SchoolIn("North", draw(OPTIONAL)),)
    counted = frozenset(Counts._fields)
    return District(
        "made up", schools, tuple(calendars), tuple(courses), every, every, frozenset(), counted, lists
    )


@contextmanager
def new_store(folder: Path, name: str) -> Iterator[Store]:
    store = open_store(str(folder / name), create=True)
    try:
        yield store
    finally:
        store.close()


def written(store: Store) -> tuple[str, str]:
    with store.read() as snapshot:
        return "".join(native.write_yaml(snapshot)), "".join(native.write_json(snapshot))


def rows(store: Store) -> list[object]:
    with store.read() as snapshot:
        tables = (
            snapshot.course_records(),
            snapshot.section_records(),
            snapshot.counts(),
            snapshot.residuals(),
        )
        return [*map(list, tables), set(snapshot.aliases()), snapshot.schools(), snapshot.calendars()]


def check(folder: Path, first: Store) -> None:
    """Through YAML and through JSON: the same bytes again, and nothing to do at home."""
    files = dict(zip(("x.yaml", "x.json"), written(first), strict=True))
    before = rows(first)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
        district = native.read(folder / name)
        with new_store(folder, f"{name}.db") as second:
            refresh(second, district)
            assert written(second) == tuple(files.values())
        report = refresh(first, district)
        assert (report.complaints, report.changed) == ((), False)
        assert rows(first) == before


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)
@given(districts())
def test_export_and_import_are_the_identity(district: District):
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        with new_store(folder, "first.db") as first:
            refresh(first, district)
            check(folder, first)
            validate((folder / "x.yaml").read_text(encoding="utf-8"))


def test_the_example_comes_back(tmp_path: Path):
    with new_store(tmp_path, "first.db") as first:
        report = refresh(first, native.read(EXAMPLE))
        assert report.complaints == ()
        check(tmp_path, first)


def test_importing_the_example_twice_changes_nothing(tmp_path: Path):
    with new_store(tmp_path, "first.db") as first:
        refresh(first, native.read(EXAMPLE))
        assert refresh(first, native.read(EXAMPLE)).changed is False


def test_an_empty_store_comes_back(tmp_path: Path):
    with new_store(tmp_path, "first.db") as first:
        text, data = written(first)
        assert text.splitlines()[1:] == ["complete: true"]
        assert json.loads(data) == {
            "complete": True,
            "schools": [],
            "calendars": [],
            "courses": [],
            "lists": {},
        }
        check(tmp_path, first)


def validate(text: str) -> None:
    from jsonschema import Draft202012Validator

    schema = schemas.load("district")
    Draft202012Validator.check_schema(schema)
    told = [
        f"{one.json_path}: {one.message}"
        for one in Draft202012Validator(schema).iter_errors(yaml.safe_load(text))
    ]
    assert told == []


def test_the_example_is_as_the_schema_says():
    validate(EXAMPLE.read_text(encoding="utf-8"))


def test_the_example_is_a_lively_district():
    district = native.read(EXAMPLE)
    below = [one for course in district.courses for one in course.sections]
    assert {one.name for one in district.schools} == {"Harrison High", "Roosevelt High"}
    assert [len(one.terms) for one in district.calendars] == [4, 4, 2]
    assert len({one.number for one in district.courses}) == 8
    assert 30 <= len(below) <= 60
    assert sum(one.uses is None for one in below) == 1
    assert sum(bool(one.uses) for one in below) >= 10
    assert all(one.teacher for one in below)


@pytest.mark.parametrize(
    "text",
    [
        "districts: X",
        "complete: 1",
        "schools: [{id: '1'}]",
        "calendars: [{name: N, school: S}]",
        "courses: [{calendar: N, name: A}]",
        "courses: [{calendar: N, number: 1, name: A, master: {catalog: H}}]",
        "courses: [{calendar: N, number: '1', name: A, setup: {category: []}}]",
        "courses: [{calendar: N, number: '1', name: A, setup: {categories: [{weight: 1}]}}]",
        "courses: [{calendar: N, number: '1', name: A, setup: {categories: [{name: L, wieght: 1}]}}]",
        "courses: [{calendar: N, number: '1', name: A, setup: {grade_calc_options: [{term: 1}]}}]",
        "courses: [{calendar: N, number: '1', name: A, sections: [{number: '1', terms: 1}]}]",
        "courses: [{calendar: N, number: '1', name: A, sections: [{number: '1', uses: [{term: 1}]}]}]",
        "lists: {H: {score_group: []}}",
    ],
)
def test_the_schema_and_the_reader_refuse_the_same(tmp_path: Path, text: str):
    from jsonschema import Draft202012Validator

    from reconciler.errors import NativeBroken

    assert list(Draft202012Validator(schemas.load("district")).iter_errors(yaml.safe_load(text)))
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(yaml.safe_load(text)), encoding="utf-8")
    with pytest.raises(NativeBroken):
        native.read(path)


def described(node: object, path: str = "") -> Iterator[str]:
    """Every property of a schema that has neither a description nor a reference to one."""
    if isinstance(node, dict):
        for name, one in node.get("properties", {}).items():
            if (
                isinstance(one, dict)
                and not {"description", "$ref", "items"} & one.keys()
                and name != "$schema"
            ):
                yield f"{path}/{name}"
        for name, one in node.items():
            yield from described(one, f"{path}/{name}")


def test_the_schema_explains_itself():
    schema = schemas.load("district")
    assert list(described(schema)) == []
    assert all(one.get("title") and one.get("description") for one in schema["$defs"].values())
    keys = schema["properties"]["courses"]["x-key"]
    assert keys == ["calendar", "number"]
