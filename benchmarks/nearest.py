"""This room measures the nearest relative: octoDNS, which plans DNS records as this program plans setup.

Both hold what should be there against what is there, and say what would change. So that they look at as
much, every setup item of every course and section is one TXT record: its key is the name, its fields are
the text; a school is a zone. Current records are the state's items; desired ones are those of `plan-all`
(one weight of every master is new). octoDNS reads both from YAML (its `YamlProvider`), plans, and writes
nothing; checking the order of names is off, which favours it. It runs in an environment of its own.
"""

from __future__ import annotations

import json
import os
import shutil
import venv
from itertools import groupby
from random import Random
from subprocess import DEVNULL, CalledProcessError, Popen, run
from time import perf_counter
from typing import TYPE_CHECKING

from benchmarks.by_hand import reckoned
from benchmarks.measure import Missing, waited
from benchmarks.sizes import SEED
from reconciler.course import Area, Part
from reconciler.stores import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from benchmarks.ground import Ground
    from benchmarks.measure import Took
    from reconciler.course import Catalog, Holding, Item
    from reconciler.current import CourseRecord, SectionRecord, Snapshot

OCTODNS = "octodns==1.22.0"
MOST = 20_000
"""Records that are measured at most; a larger district is reckoned from whole schools of it."""
PROVIDER = "{{class: octodns.provider.yaml.YamlProvider, directory: {}, enforce_order: false}}"


def octodns(ground: Ground) -> Took:
    """The program octoDNS plans as many records as there are setup items, from YAML to YAML."""
    program = installed(ground.folder / "octodns")
    folder = ground.folder / "zones"
    shutil.rmtree(folder, ignore_errors=True)
    written, every = write_zones(ground, folder)
    since = perf_counter()
    command = (str(program), "--config-file", str(folder / "config.yaml"), "--quiet")
    with Popen(command, cwd=folder, stdout=DEVNULL, stderr=DEVNULL) as process:
        took = waited(process.pid, since)
        process.returncode = 0  # it has been waited for
    shutil.rmtree(folder)
    took.facts.update(records=every, measured=written)
    return reckoned(took, every / written)


def installed(folder: Path) -> Path:
    """The program `octodns-sync` in an environment of its own, made unless it is there; raises Missing."""
    program = folder / "bin" / "octodns-sync"
    if program.exists():
        return program
    venv.create(folder, with_pip=True, clear=True)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = (str(folder / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", OCTODNS)
    try:
        run(command, check=True, env=environment, capture_output=True, text=True)
    except CalledProcessError as error:
        why = error.stderr.strip().rpartition("\n")[2]
        raise Missing(f"{OCTODNS} can't be installed here: {why}") from error
    return program


def write_zones(ground: Ground, folder: Path) -> tuple[int, int]:
    """Write zones as octoDNS reads them; gives how many records they have, and how many all schools would."""
    for name in ("current", "desired"):
        (folder / name).mkdir(parents=True)
    store = open_store(str(ground.state))
    with store.read() as snapshot:
        district = _District(snapshot, {one.name: one for one in ground.catalogs("all")})
        sizes = district.sizes()
        written, zones = 0, []
        for place in _some(sizes, whole=ground.whole):
            zones.append(f"school-{place}.")
            district.write(place, folder)
            written += sizes[place]
    store.close()
    (folder / "config.yaml").write_text(_config(zones), encoding="utf-8")
    return written, sum(sizes.values())


def _some(sizes: Mapping[int, int], *, whole: bool) -> list[int]:
    """Calendars at random, as long as their records are few enough; one at least."""
    places = sorted(sizes)
    Random(SEED).shuffle(places)
    chosen: list[int] = []
    for place in places:
        if chosen and not whole and sum(sizes[one] for one in (*chosen, place)) > MOST:
            break
        chosen.append(place)
    return chosen


def _config(zones: list[str]) -> str:
    lines = ["---", "providers:"]
    lines += [f"  {name}: {PROVIDER.format(f'./{name}')}" for name in ("current", "desired")]
    lines += ["zones:", *(f"  {zone}: {{sources: [desired], targets: [current]}}" for zone in zones)]
    return "\n".join(lines) + "\n"


class _District:
    """The items of a state, as they are and as they should be."""

    def __init__(self, snapshot: Snapshot, catalogs: Mapping[str, Catalog]) -> None:
        self.catalogs = catalogs
        self.courses = {one.id: one for one in snapshot.course_records()}
        self.sections = {
            course: list(rows)
            for course, rows in groupby(snapshot.section_records(), lambda one: one.course_id)
        }
        held = {one.holding_id for one in self.courses.values()}
        held |= {one.holding_id for rows in self.sections.values() for one in rows}
        self.held = snapshot.holdings(held)

    def sizes(self) -> dict[int, int]:
        """How many items each calendar has."""
        counts = {place: sum(len(one.here(area)) for area in Area) for place, one in self.held.items()}
        sizes: dict[int, int] = {}
        for course in self.courses.values():
            hosts = (course, *self.sections.get(course.id, ()))
            items = sum(counts[one.holding_id] for one in hosts)
            sizes[course.calendar_id] = sizes.get(course.calendar_id, 0) + items
        return sizes

    def write(self, calendar: int, folder: Path) -> None:
        """The two zones of one calendar."""
        mine = [one for one in self.courses.values() if one.calendar_id == calendar]
        for name in ("current", "desired"):
            with (folder / name / f"school-{calendar}.yaml").open("w", encoding="utf-8") as file:
                file.write("---\n")
                for course in mine:
                    file.writelines(self._records(course, name == "desired"))

    def _records(self, course: CourseRecord, desired: bool) -> Iterator[str]:
        hosts: list[tuple[str, CourseRecord | SectionRecord]] = [(f"c{course.id}", course)]
        hosts += [(f"s{one.id}", one) for one in self.sections.get(course.id, ())]
        for label, host in hosts:
            for place, one in enumerate(self._items(course, self.held[host.holding_id], desired)):
                fields = {"key": one.key, **dict(one.fields)}
                text = json.dumps(fields, ensure_ascii=False).replace(";", "\\;")
                yield f"i{place}.{label}:\n  type: TXT\n  ttl: 300\n  value: {json.dumps(text)}\n"

    def _items(self, course: CourseRecord, held: Holding, desired: bool) -> Iterator[Item]:
        """The items of one host; the desired ones have what its master wants of each that it knows."""
        master = self.catalogs[course.catalog or ""].masters[course.master or ""]
        for area in Area:
            wanted = master.setups[area].by_key if desired and area in master.setups else {}
            yield from (wanted.get(one.key, one) for one in held.get(area, Part.LINKED))
            yield from held.get(area, Part.OWN)
