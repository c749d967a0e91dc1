"""This room names every thing: `hs/0401@harrison-26/3#categories/homework`.

`catalog/number` is a master, `number@calendar` a course, `number@calendar/section` a section, and
`#area/key` one of its items. The signs `/ @ # %` inside a name are written `%2F` and so on; a key comes last,
so that only its `%` is.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

_SIGNS = str.maketrans({"%": "%25", "/": "%2F", "@": "%40", "#": "%23"})


@dataclass(frozen=True, slots=True)
class Address:
    """The name of a master, course, section or item; absent parts are empty texts."""

    number: str
    catalog: str = ""
    calendar: str = ""
    section: str = ""
    area: str = ""
    key: str = ""

    def __str__(self) -> str:
        """Print the address; `parse` reads it back."""
        text = _quote(self.number)
        if self.catalog:
            text = f"{_quote(self.catalog)}/{text}"
        if self.calendar:
            text += f"@{_quote(self.calendar)}"
        if self.section:
            text += f"/{_quote(self.section)}"
        if self.area:
            text += f"#{self.area}"
        if self.key:
            text += f"/{self.key.replace('%', '%25')}"
        return text


def _quote(text: str) -> str:
    return text.translate(_SIGNS)


def parse(text: str) -> Address:
    """Read an address; raises ValueError where the text has no course number."""
    host, _, thing = text.partition("#")
    course, _, place = host.partition("@")
    catalog, _, number = course.rpartition("/")
    calendar, _, section = place.partition("/")
    area, _, key = thing.partition("/")
    if not number:
        raise ValueError(text)
    parts = (number, catalog, calendar, section, area, key)
    return Address(*(unquote(part) for part in parts))
