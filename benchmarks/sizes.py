"""This room lists the sizes of districts (domain.md 14)."""

from __future__ import annotations

from dataclasses import dataclass

SEED = 20_260_901
"""What every district is grown from: the same size is the same district, byte for byte."""
GROWTH = 3
"""The number of the generator: raised whenever the same seed comes to another district."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large a district is. `models`: distinct grading setups that its masters share."""

    name: str
    calendars: int
    masters: int
    courses: int
    sections: int
    catalogs: int = 1

    @property
    def models(self) -> int:
        """One shared grading setup for ten masters, in every catalog."""
        return max(3, self.masters // self.catalogs // 10)


SIZES = {
    one.name: one
    for one in (
        Size("XS", 1, 60, 60, 200),
        Size("M", 86, 900, 9_500, 20_000),
        Size("XL", 373, 2_000, 37_000, 122_000),
        Size("XXL", 2_700, 40_000, 270_000, 600_000, catalogs=334),
    )
}
