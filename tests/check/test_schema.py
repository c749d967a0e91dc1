"""The catalog's JSON Schema: sound, explained, and inlined without a change of meaning."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from reconciler import schemas
from reconciler.check.layers import LISTS
from reconciler.check.sced import RESERVED, codes
from reconciler.check.structure import inlined
from reconciler.course import COURSE_INFO_KINDS, FIELDS, Area
from reconciler.errors import UnknownSchema

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
SCED = ROOT / "../shared/data/sced/sced_v12_codes.csv"
SCHEMA = schemas.load("catalog")


def parts(part: object, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(part, dict):
        yield path, part
        for key, value in part.items():
            yield from parts(value, f"{path}/{key}")
    elif isinstance(part, list):
        for index, value in enumerate(part):
            yield from parts(value, f"{path}/{index}")


def test_it_is_json_schema_2020_12():
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(SCHEMA)


def test_every_key_is_explained():
    silent = []
    for path, part in parts(SCHEMA):
        for name, inner in (
            part.get("properties", {}).items() if path.rpartition("/")[2] != "properties" else ()
        ):
            target = inner
            if "$ref" in inner and "description" not in inner:
                target = SCHEMA["$defs"][inner["$ref"].rpartition("/")[2]]
            if not {"description", "title"} & set(target):
                silent.append(f"{path}/{name}")
    assert silent == []


def test_lists_of_tables_declare_their_keys():
    for path, part in parts(inlined(SCHEMA, SCHEMA["$defs"])):
        items = part.get("items")
        if isinstance(items, dict) and items.get("type") == "object":
            assert part.get("x-key"), path
            assert set(part["x-key"]) <= set(items["properties"]), path


def test_a_reference_and_its_neighbours_never_contradict():
    for path, part in parts(SCHEMA):
        if isinstance(part.get("$ref"), str):
            target = SCHEMA["$defs"][part["$ref"].rpartition("/")[2]]
            assert set(part) & set(target) <= {"description"}, path


def test_inlining_leaves_no_reference():
    assert all("$ref" not in part for _, part in parts(inlined(SCHEMA, SCHEMA["$defs"])))


def test_masters_and_setups_have_every_field_and_list_of_the_model():
    for name in ("master", "setup"):
        known = SCHEMA["$defs"][name]["properties"]
        flat = {key for key in COURSE_INFO_KINDS if "." not in key}
        flat -= {"number", "name"} if name == "setup" else set()
        assert flat | set(LISTS) | {"nces", "custom", "cross_site", "use"} <= set(known)
        nces = {key.partition(".")[2] for key in COURSE_INFO_KINDS if key.startswith("nces.")}
        assert set(known["nces"]["properties"]) == nces


@pytest.mark.parametrize(
    ("name", "area"),
    [
        ("grading_task", Area.GRADING_TASKS),
        ("standard", Area.STANDARDS),
        ("assessment", Area.ASSESSMENTS),
        ("category", Area.CATEGORIES),
        ("calculation", Area.GRADE_CALC_OPTIONS),
    ],
)
def test_items_have_every_field_of_the_model(name: str, area: Area):
    assert set(FIELDS[area]) <= set(SCHEMA["$defs"][name]["properties"])


def test_every_area_can_be_locked_and_every_field_by_itself():
    locks = SCHEMA["properties"]["locks"]["properties"]
    assert set(locks) == {area.value for area in Area}
    fields = set(locks["course_info"]["else"]["properties"])
    assert {key for key in COURSE_INFO_KINDS if "." not in key} | {"nces", "custom", "others"} == fields


@pytest.mark.parametrize("file", ["catalog.yaml", "catalog/lists.yaml"])
def test_an_editor_accepts_the_examples(file: str):
    """An editor knows nothing of our scalars; the examples must pass a plain validator as well."""
    path = ROOT / "examples" / file
    text = path.read_text(encoding="utf-8")
    first = text.splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    assert (path.parent / first.partition("=")[2]).resolve() == ROOT / "schemas/catalog.schema.json"
    Draft202012Validator(SCHEMA).validate(yaml.safe_load(text))


def test_schemas_are_found_by_name():
    assert "catalog" in schemas.names()
    assert schemas.load("catalog") is SCHEMA
    with pytest.raises(UnknownSchema, match="no schema"):
        schemas.load("../catalog")


def test_sced_codes_are_shipped_whole():
    if not SCED.exists():
        pytest.skip("the shared data is not here")
    with SCED.open(encoding="utf-8", newline="") as file:
        expected = {row["sced_course_code"] for row in csv.DictReader(file)}
    assert {area + course for area, courses in codes().items() for course in courses} == expected


def test_sced_codes_look_like_codes():
    assert len(codes()) > 20
    assert all(len(area) == 2 and area.isdigit() for area in codes())
    assert all(len(course) == 3 and course.isdigit() for courses in codes().values() for course in courses)
    assert all(len(code) == 3 for code in RESERVED)
