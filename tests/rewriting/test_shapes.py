"""Every list of a master, in every shape that YAML allows: what is wanted is said, and comments stay."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reconciler.course import Area, Item, item
from reconciler.desired import load, require
from reconciler.errors.rewriting import NotRewritable
from reconciler.rewriting import Change, rewrite, write

HEAD = """\
# top
catalog: Shapes
school_years: [2027]
schools: all
score_groups: {Letters: {A: 4, B: 3}}
rubrics: {Four: {"4": Exceeds}}
grading_scales: {Scale: {score_group: Letters, marks: {A: 90, B: 80}}}
tasks: {Quarter: , Final: }
standards: {A.1: First, B-2: Second}
tests: {MAP: [A.1, B-2], SAT: }
"""
LISTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "grading_tasks": (("task: Quarter", "credit: 1"), ("task: Final", "post_only: true")),
    "standards": (("standard: [A.1, B-2]", "rubric: Four"),),
    "assessments": (("test: MAP", "standard: [A.1, B-2]", "scoring: teacher"), ("test: SAT",)),
    "categories": (("name: Homework", "weight: 40"), ("name: Tests", "weight: 60")),
    "composite_grades": (
        ("task: Final", "term: 2", "children: [{task: Quarter, term: 1, weight: 40}, {task: Quarter, term: 2, weight: 60}]"),
    ),
    "grade_calc_options": (("task: [Quarter, Final]", "terms: [1, 2]", "calculation: none"),),
}  # fmt: skip
C, W = Area.COMPOSITE_GRADES, Area.COMPOSITE_WEIGHTS
ROWS = tuple(f"Final@2<Quarter@{term}" for term in (1, 2, 3))
CHANGES: dict[str, list[tuple[Area, str, dict[str, object] | None]]] = {
    "one field": [(Area.GRADING_TASKS, "Quarter", {"credit": "0.5"})],
    "a field out": [(Area.GRADING_TASKS, "Final", {})],
    "a new task's row": [(Area.GRADING_TASKS, "Quarter", None)],
    "a standard apart": [(Area.STANDARDS, "B-2", {"name": "Second"})],
    "both standards gone": [(Area.STANDARDS, "A.1", None), (Area.STANDARDS, "B-2", None)],
    "a test apart": [(Area.ASSESSMENTS, "MAP<B-2", {"copies_forward": True})],
    "a test gone": [(Area.ASSESSMENTS, "SAT", None)],
    "a weight": [(Area.CATEGORIES, "Homework", {"name": "Homework", "weight": "12.5"})],
    "a name": [(Area.CATEGORIES, "Tests", {"name": "Exams: all", "weight": "60"})],
    "another category": [(Area.CATEGORIES, "Labs", {"name": "Labs", "tasks": ("Final",)})],
    "children's weights": [(W, ROWS[0], {"weight": "20"}), (W, ROWS[1], {"weight": "80"})],
    "a child more": [(W, ROWS[0], {"weight": "30"}), (W, ROWS[1], {"weight": "30"}), (C, ROWS[2], {}), (W, ROWS[2], {"weight": "40"})],
    "a child less": [(W, ROWS[0], {"weight": "100"}), (C, ROWS[1], None), (W, ROWS[1], None)],
    "other children": [(C, ROWS[0], None), (W, ROWS[0], None), (C, ROWS[1], None), (W, ROWS[1], None), (C, ROWS[2], {}), (W, ROWS[2], {"weight": "100"})],
    "no composite": [(C, key, None) for key in ROWS[:2]] + [(W, key, None) for key in ROWS[:2]],
    "one cell of four": [(Area.GRADE_CALC_OPTIONS, "Final@2", {"calculation": "in_progress"})],
    "a cell gone": [(Area.GRADE_CALC_OPTIONS, "Quarter@1", None)],
    "a cell more": [(Area.GRADE_CALC_OPTIONS, "standard:A.1@1", {"grading_scale": "Scale"})],
}  # fmt: skip


def flow(entry: tuple[str, ...]) -> str:
    return "{" + ", ".join(entry) + "}"


def block(out: list[str], dash: str, entry: tuple[str, ...], mark: str) -> None:
    """An entry over several lines, each with a comment; children as rows of their own."""
    sign = "- "
    for field in entry:
        name, _, rest = field.partition(": [{")
        if rest:
            out.append(f"{dash}{sign}{name}: # {mark}")
            out += [f"{dash}    - {{{one}}} # {mark} child" for one in rest.removesuffix("}]").split("}, {")]
        else:
            out.append(f"{dash}{sign}{field} # {mark}")
        sign = "  "


def body(shape: str, pad: str) -> list[str]:
    """The lists of a master or setup."""
    out: list[str] = []
    for name, entries in LISTS.items():
        if shape == "flow":
            out.append(f"{pad}{name}: [{', '.join(map(flow, entries))}] # {name}")
            continue
        out.append(f"{pad}{name}: # {name}")
        for place, entry in enumerate(entries):
            dash = pad + ("  " if shape == "rows" else "")
            if shape == "rows":
                out.append(f"{dash}- {flow(entry)} # {name} {place}")
            else:
                block(out, dash, entry, f"{name} {place}")
            out += [f"{dash}# after {name} {place}", ""]
    return out


def text_of(shape: str) -> str:
    """A catalog whose master 1 has all lists, in one shape; master 2 is what must not change."""
    two = ['- {number: "2", name: Two, use: [all]} # two', "# end"]
    if shape == "master in braces":
        told = ", ".join(f"{name}: [{', '.join(map(flow, one))}]" for name, one in LISTS.items())
        master = [f'- {{number: "1", name: One, {told}}} # one']
        return "\n".join([HEAD + "setups:", "  all: {terms: 2}", "masters:", *master, *two, ""])
    if shape == "inherited":
        inside = [f"    {line}" if line else "" for line in body("rows", "")]
        master = ['- number: "1" # one', "  name: One", "  use: [all]"]
        return "\n".join([HEAD + "setups:", "  all:", *inside, "masters:", *master, *two, ""])
    if shape == "aliases":
        inside = body("flow", "  ")
        shared = [re.sub(r": \[", f": &{line.split(':')[0].strip()} [", line, count=1) for line in inside]
        first = ['- number: "0" # the one that has the anchors', "  name: Zero", *shared]
        again = [f"  {name}: *{name} # {name}" for name in LISTS]
        master = ['- number: "1" # one', "  name: One", *again]
        return "\n".join(
            [HEAD + "setups:", "  all: {terms: 2}", "masters:", *first, "# between", *master, *two, ""]
        )
    master = ['- number: "1" # one', "  name: One", *body(shape, "  ")]
    return "\n".join([HEAD + "setups:", "  all: {terms: 2}", "masters:", *master, *two, ""])


def state(paths: list[Path]) -> dict[str, dict[tuple[Area, str], Item]]:
    """Every item of every master."""
    (catalog,) = require(load(paths))
    return {
        number: {(area, one.key): one for area, value in master.setups.items() for one in value}
        for number, master in catalog.masters.items()
    }


SHAPES = ("flow", "rows", "block", "master in braces", "inherited", "aliases")


@pytest.mark.parametrize("told", CHANGES)
@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_wanted_is_said_in_every_shape(tmp_path, shape, told):
    place = tmp_path / "catalog.yaml"
    text = text_of(shape)
    place.write_text(text)
    before = state([place])
    wanted = [
        Change("1", area, key, None if fields is None else item(area, key, fields))
        for area, key, fields in CHANGES[told]
    ]
    (catalog,) = require(load([place]))
    done = rewrite([place], catalog, wanted)
    assert place.read_text() == text
    write(done)

    for one in wanted:
        before["1"].pop((one.area, one.key), None)
        if one.item is not None:
            before["1"][one.area, one.key] = one.item
    assert state([place]) == before
    now = place.read_text()
    assert now.endswith(text[text.index('- {number: "2"') :])
    assert now.startswith(
        text[: text.index('- number: "1"' if '- number: "1"' in text else '- {number: "1"')]
    )
    own = re.findall(r"# after .*", text)
    assert re.findall(r"# after .*", now) == own


@pytest.mark.parametrize("shape", ["rows", "block"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_one_weight_is_one_line_in_any_encoding_of_an_included_file(tmp_path, shape, ending, mark):
    top, _, masters = text_of(shape).partition("masters:")
    place, part = tmp_path / "catalog.yaml", tmp_path / "masters.yaml"
    place.write_text(f"{top}include: [masters.yaml]\n")
    raw = mark + ("masters:" + masters).replace("\n", ending).encode()
    part.write_bytes(raw)
    (catalog,) = require(load([place]))
    change = Change(
        "1",
        Area.CATEGORIES,
        "Homework",
        item(Area.CATEGORIES, "Homework", {"name": "Homework", "weight": "41"}),
    )
    write(rewrite([place], catalog, [change]))
    assert part.read_bytes() == raw.replace(b"weight: 40", b"weight: 41", 1)
    assert place.read_text() == f"{top}include: [masters.yaml]\n"


FIELDS = """\
catalog: Fields
school_years: [2027]
schools: all
masters:
  - number: "1"
    name: One
    department: 'Maths & more' # single
    state_code: "0401" # double
    honors: true
    credits: 1 # credits
    nces: {credit: 1}
    custom: # own fields
      Pathway: Health # way
      Track: "7"
    cross_site:
      room: B 1 # room
"""


@pytest.mark.parametrize(
    ("area", "key", "value", "gone", "new"),
    [
        ("course_info", "department", "it's", ["    department: 'Maths & more' # single"], ["    department: 'it''s' # single"]),
        ("course_info", "state_code", "0500", ['    state_code: "0401" # double'], ['    state_code: "0500" # double']),
        ("course_info", "honors", False, ["    honors: true"], ["    honors: false"]),
        ("course_info", "credits", "0.5", ["    credits: 1 # credits"], ["    credits: 0.5 # credits"]),
        ("course_info", "credits", None, ["    credits: 1 # credits"], ["    credits: null # credits"]),
        ("course_info", "nces.level", "G", ["    nces: {credit: 1}"], ["    nces: {credit: 1, level: G}"]),
        ("course_info", "nces.credit", ..., ["    nces: {credit: 1}"], []),
        ("course_info", "custom.Track", ..., ['      Track: "7"'], []),
        ("course_info", "custom.Pathway", "no", ["      Pathway: Health # way"], ['      Pathway: "no" # way']),
        ("course_info", "custom.New: one", "x", [], ['      "New: one": x']),
        ("cross_site", "seats", "12", [], ['      seats: "12"']),
        ("cross_site", "room", ..., ["      room: B 1 # room"], []),
    ],
)  # fmt: skip
def test_a_field_changes_its_own_line_and_keeps_its_quotes(tmp_path, area, key, value, gone, new):
    place = tmp_path / "catalog.yaml"
    place.write_text(FIELDS)
    (catalog,) = require(load([place]))
    wanted = None if value is ... else item(Area(area), key, {"value": value})
    (done,) = rewrite([place], catalog, [Change("1", Area(area), key, wanted)])
    diff = done.diff.splitlines()[2:]
    told = [line[1:] for line in diff if line[0] == "-"], [line[1:] for line in diff if line[0] == "+"]
    if (area, key, value) == ("cross_site", "room", ...):
        assert told == (["    cross_site:", "      room: B 1 # room"], ["    cross_site: {} # room"])
    else:
        assert told == (gone, new)


DROPS = """\
catalog: Drops
school_years: [2027]
schools: all
standards: {A: , B: , C: }
tests: {MAP: [A, B, C], SAT: }
tasks: {Q: , F: }
setups:
  all:
    standards: [{standard: [A, B, C], terms: [1]}]
    categories: [{name: Home, weight: 30, drop_lowest: 1}, {name: Test, weight: 70}]
    grading_tasks: [{task: [Q, F], post_only: true, terms: [1]}]
    assessments: [{test: MAP, standard: [A, B]}, {test: SAT}]
masters:
  - number: "1"
    name: One
    use: [all]
    standards:
      - {standard: [A, B], drop: true} # not these
    categories:
      - {name: Home, drop: true}
    grading_tasks:
      - {task: [Q, F], terms: [2]}
    assessments: []
"""


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        ([("standards", "A", {"terms": (2,)})], ["{standard: B, drop: true} # not these", "{standard: A, terms: [2]}"]),
        ([("standards", "A", {"terms": (1,)}), ("standards", "B", {"terms": (1,)})], ["{standard: C"]),
        ([("standards", "C", None)], ["{standard: [A, B], drop: true} # not these", "{standard: C, drop: true}"]),
        ([("categories", "Home", {"name": "Home", "weight": "5"})], ["{name: Home, weight: 5, drop_lowest: 0}"]),
        ([("grading_tasks", "Q", {"terms": (2,)})], ["{task: F, terms: [2]}", "{task: Q, terms: [2], post_only: false}"]),
        ([("grading_tasks", "Q", None)], ["{task: F, terms: [2]}", "{task: Q, drop: true}"]),
        ([("grading_tasks", "Q", {}), ("grading_tasks", "F", None)], ["post_only: false", "{task: F, drop: true}"]),
        ([("assessments", "MAP<C", {})], ["{test: MAP, standard: C}", "{test: MAP, standard: [A, B], drop: true}", "{test: SAT, drop: true}"]),
        ([("assessments", "MAP<A", {"copies_forward": True})], ["{test: MAP, standard: A, copies_forward: true}", "{test: SAT, drop: true}"]),
    ],
)  # fmt: skip
def test_what_is_inherited_is_dropped_and_comes_back(tmp_path, changes, lines):
    place = tmp_path / "catalog.yaml"
    place.write_text(DROPS)
    before = state([place])
    wanted = [
        Change("1", Area(area), key, None if fields is None else item(Area(area), key, fields))
        for area, key, fields in changes
    ]
    (catalog,) = require(load([place]))
    write(rewrite([place], catalog, wanted))
    for one in wanted:
        before["1"].pop((one.area, one.key), None)
        if one.item is not None:
            before["1"][one.area, one.key] = one.item
    assert state([place]) == before
    now = place.read_text()
    if lines != ["{standard: C"]:
        assert [line for line in lines if line not in now] == []
    assert now.startswith(DROPS[: DROPS.index("    standards:\n      - {standard: [A, B], drop")])


@pytest.mark.parametrize(
    ("anchored", "change"),
    [
        ("categories: &c [{name: Home, weight: 1}]", Change("1", Area.CATEGORIES, "Home", None)),
        (
            "custom: &c {Pathway: Health}",
            Change("1", Area.COURSE_INFO, "custom.Pathway", None),
        ),
        (
            "categories: [&c {name: Home, weight: 1}]",
            Change(
                "1",
                Area.CATEGORIES,
                "Home",
                item(Area.CATEGORIES, "Home", {"name": "Home", "weight": "2"}),
            ),
        ),
    ],
)
def test_what_others_use_by_its_anchor_is_refused_and_the_file_untouched(tmp_path, anchored, change):
    place = tmp_path / "catalog.yaml"
    key = anchored.partition(":")[0]
    used = "[*c]" if "[&c" in anchored else "*c"
    text = (
        "catalog: A\nschool_years: [2027]\nschools: all\nmasters:\n"
        f'  - number: "1"\n    name: One\n    {anchored}\n  - {{number: "2", name: Two, {key}: {used}}}\n'
    )
    place.write_text(text)
    (catalog,) = require(load([place]))
    with pytest.raises(NotRewritable, match="under the anchor &c") as told:
        rewrite([place], catalog, [change])
    assert "setups:" in told.value.way_out
    assert place.read_text() == text


def test_an_alias_of_a_group_of_fields_is_written_out_in_one_master(tmp_path):
    place = tmp_path / "catalog.yaml"
    text = (
        "catalog: A\nschool_years: [2027]\nschools: all\nmasters:\n"
        '  - {number: "1", name: One, custom: &c {Pathway: Health}}\n'
        '  - {number: "2", name: Two, custom: *c } # two\n'
    )
    place.write_text(text)
    (catalog,) = require(load([place]))
    area, key = Area.COURSE_INFO, "custom.Pathway"
    write(rewrite([place], catalog, [Change("2", area, key, item(area, key, {"value": "Law"}))]))
    assert place.read_text() == text.replace("*c }", "{Pathway: Law} }")
