"""A folder of catalogs with a larder, which knows how often a catalog was read from its files."""

from __future__ import annotations

from pathlib import Path

from reconciler import desired
from reconciler.catalog import Looking
from reconciler.desired import Loaded, resolving
from reconciler.larder import Larder


class Counting(Larder):
    """A larder that remembers what it could not give."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.missed: list[str] = []

    def find(self, file: Path):
        found = super().find(file)
        if found is None:
            self.missed.append(file.name)
        return found


class Kitchen:
    """Where catalogs are written, kept and read."""

    CATALOG = """\
catalog: High School
school_years: [2027]
schools: all
include: [shared/*.yaml]
locks: {categories: locked, course_info: {name: locked, terms: editable}}
score_groups: {Letters: {A: 4, F: 0}}
setups:
  plain:
    categories:
    - {name: Homework, weight: 20, tasks: [Quarter]}
    - {name: Tests, weight: 70, was: Exams}
    grading_tasks: [{task: Quarter, terms: [1, 2]}]
    grade_calc_options: [{task: Quarter, terms: [1], calculation: in_progress, weight_categories: true}]
masters:
- {number: "0401", name: Algebra é, use: [plain], department: Mathematics, gpa_weight: 1}
- {number: "0402", name: Biology, use: [plain], was: "0302", categories: [{name: Labs}], active: false}
- {number: "0403", name: Choir, categories: [], custom: {room: no}, cross_site: {fee: "1"}}
exempt_calendars: [{calendar: "summer*", reason: shorter}]
"""
    TASKS = "tasks: {Quarter: null}\nstandards: {N.1: {name: Numbers, archived: true}}\n"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kept = folder / "larder"

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def larder(self) -> Counting:
        return Counting(self.kept)

    def load(self, *names: str) -> tuple[Loaded, list[str]]:
        """Load with the larder; and the files that had to be read anew."""
        larder = self.larder()
        paths = [self.folder / name for name in names or ("catalog.yaml",)]
        loaded = desired.load(paths, larder)
        assert loaded == desired.load(paths)
        assert told(loaded) == told(desired.load(paths))
        return loaded, larder.missed

    def entries(self) -> list[Path]:
        return sorted(self.kept.glob("*.catalog"))


def told(loaded: Loaded) -> object:
    """Everything in it, spelt out: setups item by item, and every place."""
    return [
        (
            one.number,
            [(area, held.items, held.digest) for area, held in one.setups.items()],
            dict(one.origins),
        )
        for catalog in loaded.catalogs
        for one in catalog.masters.values()
    ]


def read_cold(path: Path) -> tuple[object, list[object]]:
    """What a file comes to without any larder, and the answers that this depends on."""
    looking = Looking()
    return resolving.portion(path, looking)[0], list(looking.answers)
