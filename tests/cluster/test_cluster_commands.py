"""`--cluster` on plan and apply: the same words, the same plan file, the same state."""

from __future__ import annotations

import json
import sys

import pytest
import yaml

from reconciler.commands import run
from reconciler.errors import USAGE
from reconciler.push import held
from tests.cluster.schools import decided, schools
from tests.commands.small_district import BEFORE_SCHOOL, CATALOG, DISTRICT
from tests.small import Small

pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a state in which something is to be pushed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RECONCILE_CLUSTER", raising=False)
    (tmp_path / "catalog.yaml").write_text(CATALOG, encoding="utf-8")
    (tmp_path / "district.yaml").write_text(yaml.safe_dump(DISTRICT), encoding="utf-8")
    for words in ("import district.yaml", "link catalog.yaml"):
        assert run(words.split()) == 0
    return tmp_path


def said(capsys, *words: str, code: int = 0) -> str:
    capsys.readouterr()
    assert run([*words]) == code
    return capsys.readouterr().out


def address(farm) -> str:
    return farm.client.scheduler_info()["address"]


def test_plan_and_apply_say_and_do_the_same(folder, farm, capsys, monkeypatch):
    words = ("plan", "--to-sections", *BEFORE_SCHOOL)
    alone = said(capsys, *words, "--out", "alone.json")
    together = said(capsys, *words, "--out", "together.json", "--cluster", address(farm))
    assert together == alone
    bodies = [json.loads((folder / name).read_text())["body"] for name in ("alone.json", "together.json")]
    assert bodies[0] == bodies[1]
    monkeypatch.setenv("RECONCILE_CLUSTER", address(farm))
    assert "1 course" in said(capsys, "apply", "together.json", "--yes", *BEFORE_SCHOOL)
    assert run(["plan", "--to-sections", "--detailed-exitcode", *BEFORE_SCHOOL]) == 0


def test_apply_plans_and_writes_on_processes_of_its_own(folder, capsys):
    told = said(
        capsys, "apply", "--to-sections", "--yes", *BEFORE_SCHOOL, "--cluster", "local:1", "--format", "json"
    )
    assert json.loads(told)["status"] == "done"


def test_an_undo_is_written_here(folder, farm, capsys):
    assert run(["apply", "--to-sections", "--yes", *BEFORE_SCHOOL]) == 0
    assert run(["undo", "3", "--out", "back.json", *BEFORE_SCHOOL]) == 0
    capsys.readouterr()
    assert run(["apply", "back.json", "--yes", "--cluster", address(farm), *BEFORE_SCHOOL]) == 0
    assert "this machine alone" in capsys.readouterr().err


def test_a_wrong_address_is_a_wrong_use(folder, capsys):
    assert run(["plan", "--cluster", "somewhere"]) == USAGE
    assert "tcp://HOST:PORT" in capsys.readouterr().err


def test_without_the_extra_nothing_is_done(folder, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert run(["apply", "--yes", "--cluster", "local:2", *BEFORE_SCHOOL]) == 1
    assert 'pip install "reconciler[cluster]"' in capsys.readouterr().err
    assert run(["history"]) == 0


@pytest.fixture
def server(postgres):
    """The schools in PostgreSQL."""
    made: Small = schools(postgres)
    yield made
    made.store.close()


def test_many_write_beside_each_other_in_postgresql(farm, server, tmp_path):
    from reconciler.cluster import pushing

    file = schools(tmp_path / "here.db")
    alone = held.carry_out(decided(file), file.store)
    together = held.carry_out(decided(server), server.store, pushing=pushing(farm))
    assert (together.status, together.courses, together.sections) == (
        alone.status, alone.courses, alone.sections,
    )  # fmt: skip
    assert by_name(server) == by_name(file)
    file.store.close()


def by_name(made: Small):
    """What every host has, whatever its id."""
    state = made.state()
    numbers = {place: (one[1], one[2]) for place, one in state.courses.items()}
    return (
        sorted(repr((numbers[place], one[3:])) for place, one in state.courses.items()),
        sorted(repr((numbers[one[1]], one[2:])) for one in state.sections.values()),
    )


def test_a_password_goes_to_the_workers_and_is_not_shown(postgres_server, postgres, monkeypatch):
    import pickle

    from reconciler.stores import open_store

    monkeypatch.setenv("PGPASSWORD", "s3cret")
    store = open_store(postgres, create=True)
    opening = pickle.loads(pickle.dumps(store.elsewhere()))  # noqa: S301 - our own
    monkeypatch.delenv("PGPASSWORD")
    other = opening()
    assert other.id == store.id
    assert "s3cret" not in other.url + store.url
    assert other._target.words["password"] == "s3cret"  # noqa: S105 - made up
    for one in (store, other):
        one.close()
