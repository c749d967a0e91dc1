"""Whatever is wanted of a master, and however its catalog is written: it says just that afterwards."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.course import Area, item
from reconciler.desired import load, require
from reconciler.rewriting import Change, rewrite, write
from tests.rewriting import made_up
from tests.strategies import CALM, Tape

LISTS = (Area.GRADING_TASKS, Area.STANDARDS, Area.ASSESSMENTS, Area.CATEGORIES, Area.GRADE_CALC_OPTIONS)


def changes(tape: Tape, catalog) -> list[Change]:
    """Some changes of a catalog's masters; weights of composites always make 100."""
    found = []
    for number, master in catalog.masters.items():
        for area in LISTS:
            for key in made_up.possible(area):
                if not tape.yes(4):
                    one = made_up.wanted(tape, area, key) if tape.yes(3) else None
                    found.append(Change(number, area, key, one))
        if not tape.yes(3):
            found += composite(number, tape.pick(made_up.TASKS[:2]), tape.pick(((100,), (60, 40), ())))
        inherited = {key for (area, key), one in master.origins.items() if one.layer.startswith("setup")}
        for key, values in made_up.INFO.items():
            if not tape.yes(3) and key not in inherited:
                one = (
                    item(Area.COURSE_INFO, key, {"value": tape.pick((*values, None))})
                    if tape.yes(3)
                    else None
                )
                found.append(Change(number, Area.COURSE_INFO, key, one))
    return found


def composite(number: str, parent: str, weights: tuple[int, ...]) -> list[Change]:
    """A parent with just these children."""
    found = []
    for term in (1, 2, 3):
        key = made_up.row(parent, term)
        weight = weights[term - 1] if term <= len(weights) else None
        told = None if weight is None else item(Area.COMPOSITE_WEIGHTS, key, {"weight": weight})
        row = None if weight is None else item(Area.COMPOSITE_GRADES, key, {})
        found += [
            Change(number, Area.COMPOSITE_GRADES, key, row),
            Change(number, Area.COMPOSITE_WEIGHTS, key, told),
        ]
    return found


def expected(catalog, wanted: list[Change]) -> dict[str, dict[tuple[Area, str], object]]:
    """Every item of every master after the changes."""
    found = {
        number: {(area, one.key): one for area, value in master.setups.items() for one in value}
        for number, master in catalog.masters.items()
    }
    for number, area, key, one in wanted:
        if one is None:
            found[number].pop((area, key), None)
        else:
            found[number][area, key] = one
    return found


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("rewriting") / "catalog.yaml"


@CALM
@given(
    st.binary(min_size=60, max_size=400),
    st.binary(min_size=20, max_size=200),
    st.sampled_from(("\n", "\r\n")),
)
def test_a_catalog_says_just_what_was_wanted_and_its_comments_stay(place, data, more, ending):
    made = made_up.catalog(data)
    text = ending.join(made.lines)
    place.write_bytes(text.encode())
    loaded = load([place])
    (catalog,) = require(loaded)
    wanted = changes(Tape(more), catalog)

    done = rewrite([place], catalog, wanted)

    assert place.read_bytes() == text.encode()
    write(done)
    (after,) = require(load([place]))
    assert expected(after, []) == expected(catalog, wanted)
    now = place.read_bytes().decode()
    assert [line for line in now.split(ending) if "\n" in line or "\r" in line] == []
    if not any(one.item is None for one in wanted):
        notes = re.findall(r"# note \d+\b", text)
        assert sorted(re.findall(r"# note \d+\b", now)) == sorted(notes)


@CALM
@given(st.binary(min_size=60, max_size=400), st.binary(min_size=20, max_size=200))
def test_nothing_but_the_changed_master_changes(place, data, more):
    text = "\n".join(made_up.catalog(data).lines)
    place.write_text(text, encoding="utf-8")
    (catalog,) = require(load([place]))
    wanted = [one for one in changes(Tape(more), catalog) if one.number == "0402"]
    start = (
        text.index('  - number: "0402"')
        if '  - number: "0402"' in text
        else text.index('  - {number: "0402"')
    )
    end = text.index('  - number: "0403"')
    for one in rewrite([place], catalog, wanted):
        assert one.before == text
        assert one.after.startswith(text[:start])
        assert one.after.endswith(text[end:])


@CALM
@given(st.binary(min_size=60, max_size=300))
def test_what_is_so_already_changes_no_byte(place, data):
    place.write_text("\n".join(made_up.catalog(data).lines), encoding="utf-8")
    (catalog,) = require(load([place]))
    same = [
        Change(number, area, one.key, one)
        for number, master in catalog.masters.items()
        for area, value in master.setups.items()
        for one in value
    ]
    assert rewrite([place], catalog, same) == ()
