"""Each way out, carried out just as it was printed, leads out."""

from __future__ import annotations

import json
import shlex

import pytest

from tests.commands.small_district import BEFORE_SCHOOL, CATALOG

PLACE = "0401@Harrison High 2026-27"
PUSH = ("apply", "--to-sections", *BEFORE_SCHOOL, "--yes")


@pytest.fixture
def change(district, reconcile):
    """Push, then change weights below: {"course" or a section's number: {category: weight}}."""

    def below(**hosts: dict[str, str]) -> None:
        reconcile("export", "--output", "now.json")
        told = json.loads((district / "now.json").read_text(encoding="utf-8"))
        course = told["courses"][0]
        places = {"course": course} | {f"s{one['number']}": one for one in course["sections"]}
        for name, weights in hosts.items():
            for one in places[name]["setup"]["categories"]:
                one["weight"] = weights.get(one["name"], one["weight"])
        (district / "now.json").write_text(json.dumps(told), encoding="utf-8")
        assert reconcile("import", "now.json").code == 0

    return below


@pytest.fixture
def printed(reconcile):
    """The commands that `reconcile drift` prints, as a shell reads them."""

    def commands(*words: str) -> list[list[str]]:
        lines = reconcile("drift", *words).out.replace("\\\n", " ").splitlines()
        found = [shlex.split(one) for one in lines if one.startswith("    reconcile ")]
        assert all(one[0] == "reconcile" for one in found)
        return [one[1:] for one in found]

    return commands


def drifts(reconcile) -> int:
    return reconcile("drift", "--detailed-exitcode").code


@pytest.mark.parametrize(
    ("hosts", "verb"),
    [
        ({"course": {"Tests": "70"}}, ["relink", PLACE]),
        ({"s1": {"Homework": "33"}}, ["apply", "--to-sections"]),
        ({"course": {"Tests": "70"}, "s1": {"Tests": "60"}, "s2": {"Homework": "1"}}, ["relink", PLACE]),
    ],
)
@pytest.mark.parametrize("named", [(), ("catalog.yaml",)])
def test_what_is_put_back_as_printed_has_drifted_no_more(change, printed, reconcile, hosts, verb, named):
    assert reconcile(*PUSH).code == 0
    change(**hosts)
    assert drifts(reconcile) == 2
    command = printed(*named)[0]
    assert [one for one in command if one != "catalog.yaml"][: len(verb)] == verb
    assert reconcile(*command, *BEFORE_SCHOOL, "--yes").code == 0
    assert drifts(reconcile) == 0
    assert reconcile("plan", "--to-sections", *BEFORE_SCHOOL, "--detailed-exitcode").code == 0


def test_what_an_unlinked_course_gave_is_put_back_as_printed(change, printed, reconcile):
    assert reconcile(*PUSH).code == 0
    assert reconcile("unlink", "--all").code == 0
    change(s1={"Homework": "33"})
    (command, *_) = printed()
    assert command[:3] == ["apply", "--source", "courses"]
    assert reconcile(*command, *BEFORE_SCHOOL, "--yes").code == 0
    assert drifts(reconcile) == 0


def test_adopt_as_printed_and_written_leaves_nothing_to_plan(change, printed, reconcile, district):
    assert reconcile(*PUSH).code == 0
    change(course={"Tests": "70"}, s1={"Tests": "70"}, s2={"Tests": "70"})
    (adopt,) = [one for one in printed("catalog.yaml") if "--adopt" in one]
    assert adopt == ["drift", "catalog.yaml", "--adopt"]
    assert reconcile(*adopt, "--write").code == 0
    assert (district / "catalog.yaml").read_text(encoding="utf-8") == CATALOG.replace("80", "70")
    assert drifts(reconcile) == 0
    told = reconcile("plan", "--to-sections", *BEFORE_SCHOOL, "--format", "json").json
    assert reconcile(*PUSH).code == 0
    assert reconcile("plan", "--to-sections", *BEFORE_SCHOOL, "--detailed-exitcode").code == 0
    assert "weight" not in json.dumps(told.get("summary", {}).get("changes", []))


def test_every_address_that_is_printed_can_be_waived_until_its_day(change, reconcile, district):
    assert reconcile(*PUSH).code == 0
    change(course={"Tests": "70"}, s2={"Homework": "33"})
    full = reconcile("drift", "-v").out.splitlines()
    addresses = [one.strip() for one in full if "#" in one and one.startswith("      04")]
    assert addresses == [f"{PLACE}#categories/Tests", f"{PLACE}/2#categories/Homework"]
    entries = []
    for address in addresses:
        told = reconcile("drift", "--waive", address, "--reason", "pilot", "--expires", "2099-06-30")
        assert told.code == 0
        head, *entry = told.out.splitlines()
        assert head == "waivers:"
        entries += entry
    (district / "reconcile.yaml").write_text("\n".join(["waivers:", *entries, ""]), encoding="utf-8")
    for day, code in (("2099-06-30", 0), ("2099-07-01", 2)):
        assert reconcile("drift", "--detailed-exitcode", "--as-of", day).code == code


def test_nothing_but_the_chosen_is_in_the_printed_command(change, printed, reconcile):
    assert reconcile(*PUSH).code == 0
    change(course={"Tests": "70"}, s1={"Homework": "33"})
    assert printed("--area", "categories")[0][-1] == "--to-sections"
    assert printed("--area", "grading_tasks") == []
