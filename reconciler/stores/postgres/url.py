"""This room reads `postgresql://` urls, and keeps their passwords out of whatever is shown.

What stands behind `?` goes to PostgreSQL's own library as it is (`sslmode`, `options`, `service`, ...). A
password is best not in the url at all: the library also looks into PGPASSWORD and ~/.pgpass.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlencode

from reconciler.errors import StoreUrlUnknown

SCHEMES = ("postgresql", "postgres")
HIDDEN = "***"
_SECRET = re.compile(r"(?<=://)([^:/?#@]*):.*@", re.DOTALL)
_SECRET_OPTION = re.compile(r"(?<=[?&])((?:ssl|gss|oauth_client_)?(?:password|secret))=[^&#]*", re.IGNORECASE)
_SECRETS = frozenset({"password", "sslpassword", "oauth_client_secret"})
_PARTS = re.compile(r"(?:(?P<who>[^@/]*)@)?(?P<hosts>[^@/]*)(?:/(?P<database>[^@/]*))?")
_HOST = re.compile(r"(?P<host>\[[^\]]*\]|[^:\[\]]*)(?::(?P<port>\d*))?")


class Target(NamedTuple):
    """Where a state is: what PostgreSQL's library is told, and how that is shown."""

    words: dict[str, str]
    shown: str


def hidden(url: str) -> str:
    """Any url with what may be a password in it taken out, however it was written."""
    return _SECRET_OPTION.sub(rf"\1={HIDDEN}", _SECRET.sub(rf"\1:{HIDDEN}@", url))


def parse(url: str) -> Target:
    """The parts of a `postgresql://` url. Raises StoreUrlUnknown, without quoting a password."""
    rest, _, options = url.partition("://")[2].partition("?")
    found = _PARTS.fullmatch(rest)
    if found is None or "#" in url:
        why = "in a user, a password or a database, each of @ / ? # : % is written as %40 %2F %3F %23 %3A %25"
        raise StoreUrlUnknown(url=hidden(url), why=why)
    words = {**_who(found["who"]), **_hosts(found["hosts"], url)}
    if found["database"]:
        words["dbname"] = unquote(found["database"])
    words |= dict(parse_qsl(options, keep_blank_values=True))
    return Target(words, _shown(found["hosts"], words))


def _who(who: str | None) -> dict[str, str]:
    user, _, password = (who or "").partition(":")
    return _given(user=unquote(user), password=unquote(password))


def _hosts(told: str, url: str) -> dict[str, str]:
    pairs = [_HOST.fullmatch(one) for one in told.split(",")] if told else []
    if None in pairs:
        raise StoreUrlUnknown(url=hidden(url), why="a host is written as HOST or HOST:PORT")
    hosts = [unquote(one["host"]).strip("[]") for one in pairs if one]
    ports = [one["port"] or "" for one in pairs if one]
    return _given(host=",".join(hosts) if any(hosts) else "", port=",".join(ports) if any(ports) else "")


def _given(**words: str) -> dict[str, str]:
    return {name: value for name, value in words.items() if value}


def _shown(hosts: str, words: dict[str, str]) -> str:
    """The url as it may be shown: of the password, only that there is one."""
    who = quote(words.get("user", ""), safe="") + f":{HIDDEN}" * ("password" in words)
    said = {"user", "password", "dbname"} | ({"host", "port"} if hosts else set())
    more = {name: HIDDEN if name in _SECRETS else value for name, value in words.items() if name not in said}
    database = quote(words.get("dbname", ""), safe="")
    tail = f"?{urlencode(more, quote_via=quote, safe='/*,')}" if more else ""
    return f"postgresql://{f'{who}@' * bool(who)}{hosts}/{database}{tail}"
