"""The rights that `reconcile db roles` prints, given to real roles of a real server: enough, and no more."""

from __future__ import annotations

import os

import psycopg
import pytest

from reconciler.stores.postgres.roles import WRITER
from reconciler.stores.tables import METADATA
from tests.commands.small_district import BEFORE_SCHOOL, CATALOG

ROLES = {name: f"{name}_{os.getpid()}" for name in ("guest", "clerk")}
"""Roles are of a whole server, and others may be testing on it."""


@pytest.fixture
def roles(postgres: str, district, reconcile, monkeypatch):
    """A district in PostgreSQL; gives the urls of a reader and a writer of it."""
    assert reconcile("db", "init", "--state", postgres).code == 0
    assert reconcile("import", "district.json", "--state", postgres).code == 0
    assert reconcile("link", "--state", postgres).code == 0
    with psycopg.connect(postgres, autocommit=True) as owner:
        database = owner.info.dbname
        for role in ROLES.values():
            owner.execute(f"CREATE ROLE {role} LOGIN")
        told = reconcile(
            "db", "roles", "--reader", ROLES["guest"], "--writer", ROLES["clerk"], "--database", database
        )
        assert told.code == 0
        owner.execute(told.out)
        yield {name: postgres.replace("//postgres@", f"//{role}@") for name, role in ROLES.items()}
        for role in ROLES.values():
            owner.execute(f"DROP OWNED BY {role}")
            owner.execute(f"DROP ROLE {role}")


def test_every_table_has_its_rights():
    assert set(WRITER) == set(METADATA.tables)


def test_a_reader_plans_and_reports_and_changes_nothing(roles, reconcile):
    state = ("--state", roles["guest"])
    told = reconcile("plan", *BEFORE_SCHOOL, "--to-sections", "--out", "plan.json", *state)
    assert told.code == 0, told.err
    for words in (("db", "check"), ("history",), ("unlock",), ("report", "audit")):
        told = reconcile(*words, *state)
        assert told.code == 0, told.err
    told = reconcile("apply", "plan.json", *state)
    assert told.code == 1
    assert "does not let this role do that" in told.err
    assert "reconcile db roles" in told.err
    assert reconcile("import", "district.json", *state).code == 1


def test_a_writer_writes_and_makes_no_tables(roles, reconcile, district):
    state = ("--state", roles["clerk"])
    told = reconcile("apply", *BEFORE_SCHOOL, "--to-sections", "--yes", *state)
    assert told.code == 0, told.err
    (district / "catalog.yaml").write_text(CATALOG.replace("weight: 20", "weight: 25"), encoding="utf-8")
    for words in (
        ("plan", *BEFORE_SCHOOL, "--out", "plan.json"),
        ("apply", "plan.json"),
        ("undo", "3", "--yes", *BEFORE_SCHOOL),
        ("import", "district.json"),
        ("batch", "submit", *BEFORE_SCHOOL),
        ("batch", "work", "--once"),
        ("unlink", "--all"),
        ("link",),
        ("roll-forward", "--from-year", "2027", "--to-year", "2028", "--yes", "--with-sections"),
        ("db", "check"),
    ):
        told = reconcile(*words, *state)
        assert told.code == 0, (words, told.out, told.err)
    with psycopg.connect(roles["clerk"]) as clerk:
        for statement in ("CREATE TABLE mine (id int)", "DELETE FROM move", "UPDATE setup SET items = '[]'"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                clerk.execute(statement)
            clerk.rollback()


@pytest.mark.parametrize("role", ROLES)
def test_who_may_not_make_tables_is_told_who_upgrades(roles, reconcile, postgres, role):
    with psycopg.connect(postgres) as owner:
        owner.execute("UPDATE alembic_version SET version_num = '0003'")
        owner.execute("DROP TABLE locked_calendar, calendar_lock")
    told = reconcile("plan", "--state", roles[role])
    assert told.code == 1
    assert "reconcile db upgrade" in told.err
    assert reconcile("db", "upgrade", "--state", postgres).code == 0
