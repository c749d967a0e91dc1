"""PostgreSQL's urls: read into parts, and shown without their password."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reconciler.errors import StoreUrlUnknown
from reconciler.stores.postgres.url import hidden, parse

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("url", "parts", "shown"),
    [
        ("postgresql://db/state", {"host": "db", "dbname": "state"}, "postgresql://db/state"),
        ("postgres://db/state", {"host": "db", "dbname": "state"}, "postgresql://db/state"),
        ("postgresql:///state", {"dbname": "state"}, "postgresql:///state"),
        ("postgresql://", {}, "postgresql:///"),
        (
            "postgresql://ada@db:5433/",
            {"user": "ada", "host": "db", "port": "5433"},
            "postgresql://ada@db:5433/",
        ),
        (
            "postgresql://ada:p%40ss@db/state?sslmode=verify-full",
            {"user": "ada", "password": "p@ss", "host": "db", "dbname": "state", "sslmode": "verify-full"},
            "postgresql://ada:***@db/state?sslmode=verify-full",
        ),
        (
            "postgresql://one:1,two:2/state?target_session_attrs=read-write",
            {"host": "one,two", "port": "1,2", "dbname": "state", "target_session_attrs": "read-write"},
            "postgresql://one:1,two:2/state?target_session_attrs=read-write",
        ),
        ("postgresql://[::1]:7/s", {"host": "::1", "port": "7", "dbname": "s"}, "postgresql://[::1]:7/s"),
        (
            "postgresql:///s?host=/run/pg&password=secret",
            {"host": "/run/pg", "dbname": "s", "password": "secret"},
            "postgresql://:***@/s?host=/run/pg",
        ),
        (
            "postgresql://db/s?sslpassword=secret&options=-csearch_path%3Dgrading",
            {"host": "db", "dbname": "s", "sslpassword": "secret", "options": "-csearch_path=grading"},
            "postgresql://db/s?sslpassword=***&options=-csearch_path%3Dgrading",
        ),
    ],
)
def test_a_url_has_parts_and_is_shown_without_its_password(url: str, parts: dict[str, str], shown: str):
    found = parse(url)
    assert found.words == parts
    assert found.shown == shown
    assert "secret" not in found.shown


@pytest.mark.parametrize("place", ["user", "database", "option"])
@given(words)
def test_any_word_comes_back_from_a_url(place: str, word: str):
    told = quote(word, safe="")
    found = {
        "user": parse(f"postgresql://{told}@db/s").words.get("user"),
        "database": parse(f"postgresql://db/{told}").words.get("dbname"),
        "option": parse(f"postgresql://db/s?application_name={told}").words.get("application_name"),
    }
    assert found[place] == word


@given(words)
def test_no_password_is_shown_however_it_was_written(word: str):
    secret = f"Geheim{word}Wort"
    for url in (
        f"postgresql://ada:{secret}@db/state",
        f"postgresql://ada:{quote(secret, safe='')}@db/state",
        f"postgresql://db/state?password={quote(secret, safe='')}",
        f"mysql://ada:{secret}@db:3306/state",
    ):
        assert "Geheim" not in hidden(url)
        assert "Wort" not in hidden(url)
        try:
            told = parse(url).shown
        except StoreUrlUnknown as error:
            told = f"{error} {error.way_out}"
        assert "Geheim" not in told


@given(words, words)
def test_what_is_shown_names_the_same_place(user: str, database: str):
    assume(user.strip() and database.strip())
    first = parse(f"postgresql://{quote(user, safe='')}@db:1/{quote(database, safe='')}")
    assert parse(first.shown) == first


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("postgresql://ada:se/cret@db/state", "is written as %40"),
        ("postgresql://ada:se@cret@db/state", "is written as %40"),
        ("postgresql://ada:se#cret@db/state", "is written as %40"),
        ("postgresql://ada:secret@db:five/state", "HOST or HOST:PORT"),
        ("postgresql://ada:secret@db/state/other", "is written as %40"),
    ],
)
def test_a_url_that_can_not_be_read_is_told_without_its_password(url: str, why: str):
    with pytest.raises(StoreUrlUnknown, match=why) as told:
        parse(url)
    assert "cret" not in str(told.value)
    assert "ada:***@db" in str(told.value)
