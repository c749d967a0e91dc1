"""The program in docs/editing.md does what the page says."""

from __future__ import annotations

import re
from pathlib import Path

from reconciler.stores import open_store

PAGE = Path(__file__).resolve().parents[2] / "docs/editing.md"
CATALOG = """\
catalog: High School
school_years: [2027]
schools: all
locks: {categories: locked}
masters:
  - number: "0901"
    name: Art I
    categories: [{name: Studio, weight: 60}, {name: Critique, weight: 40}]
"""


def test_the_program_of_the_page_runs(folder, reconcile, capsys):
    (folder / "catalog.yaml").write_text(CATALOG, encoding="utf-8")
    examples = PAGE.parents[1] / "examples/district.yaml"
    for words in (
        ["import", str(examples)],
        ["link"],
        ["apply", "--to-sections", "--yes", "--as-of", "2026-10-01"],
    ):
        assert reconcile(*words).code == 0
    (program,) = re.findall(
        r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    exec(compile(program, str(PAGE), "exec"), {})  # noqa: S102 - the page's own words
    said = capsys.readouterr().out
    assert "is used, so it can't be removed: 1 assignment, 24 scores" in said
    assert "weight" in said
    store = open_store("sqlite:///reconcile.db")
    with store.read() as snapshot:
        kinds = [(run.kind, run.who) for run in snapshot.runs(4)]
        counts = [(use.key, each.scores) for _, use, each in snapshot.counts() if each.scores == 24]
    store.close()
    assert kinds == [(kind, "gradebook") for kind in ("edit", "use", "use", "edit")]
    assert counts == [("Studio", 24)]


def test_the_page_names_every_method(folder):
    from reconciler.editing import Editor

    told = set(re.findall(r"^\| `(\w+)\(", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert told == {
        name for name in vars(Editor) if not name.startswith("_") and callable(getattr(Editor, name))
    }
