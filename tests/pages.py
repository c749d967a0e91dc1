"""What a page of the documentation does: files that it writes, lines that it changes, commands that it runs.

A page is Markdown, and stays readable as such:

- a block `console` has commands behind `$ `, and below each the lines of its output that are shown; `...`
  stands for anything, alone in a line for any lines. `# exit 4` behind a command is its exit code, else it is 0;
- `$ export NAME=value` holds for all commands behind it;
- "Write `name`:" before a block writes it to that file, "Add to `name`:" puts it at the end of one;
- "In `name`, change `this` to `that`" does so, wherever a paragraph says it; so does "In `name`:" before a block
  `diff`;
- `<!-- from nothing -->`: nothing is imported or linked before the page begins;
- `<!-- on a server -->`: the state that the page puts on a server is put on one of the tests;
- `<!-- each section on its own -->`: each `##` begins where the text before the first one ended.
"""

from __future__ import annotations

import os
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parents[1]
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
WRITE = re.compile(r"([Ww]rite|Add to) `([^`]+)`[^`]*:$")
PATCH = re.compile(r"In `([^`]+)`:$")
CHANGE = re.compile(r"In `([^`]+)`, change `([^`]+)` to `([^`]+)`")
EXIT = re.compile(r"# exit (\d+)$")
ANYTHING = "..."
RUN = ("reconcile", "sh")
FROM_NOTHING = "<!-- from nothing -->"
EACH_SECTION = "<!-- each section on its own -->"
ON_A_SERVER = "<!-- on a server -->"


class Write(NamedTuple):
    """A file that the reader writes, or adds to."""

    name: str
    body: str
    more: bool

    def do(self, folder: Path) -> None:
        """As the reader would."""
        there = (folder / self.name).read_text(encoding="utf-8") if self.more else ""
        (folder / self.name).write_text(there + self.body, encoding="utf-8")


class Change(NamedTuple):
    """A line that the reader changes in a file; it must be there once."""

    name: str
    old: str
    new: str

    def do(self, folder: Path) -> None:
        """As the reader would."""
        text = (folder / self.name).read_text(encoding="utf-8")
        assert text.count(self.old) == 1, f"{self.name} has {text.count(self.old)} times: {self.old}"
        (folder / self.name).write_text(text.replace(self.old, self.new), encoding="utf-8")


class Setting(NamedTuple):
    """A variable of the environment, from here on."""

    name: str
    value: str

    def do(self, _folder: Path) -> None:
        """As the reader would; whoever plays a page puts back what it changes."""
        os.environ[self.name] = self.value


class Command(NamedTuple):
    """A command, its exit code, and what the page shows of its output."""

    words: list[str]
    code: int
    shown: tuple[str, ...]


Step = Write | Change | Setting | Command


@dataclass
class Section:
    """The steps below one heading `##`; those before the first have no heading."""

    heading: str
    steps: list[Step] = field(default_factory=list)


def blocks(text: str) -> Iterator[tuple[str, str, str]]:
    """What comes in turn: (kind, body, the paragraph before it); a paragraph has the kind `text`."""
    begin, before = 0, ""
    for fence in [*FENCE.finditer(text), None]:
        for paragraph in re.split(r"\n\s*\n", text[begin : fence.start() if fence else None]):
            if paragraph.strip():
                before = " ".join(paragraph.split())
                yield "text", paragraph.strip(), ""
        if fence:
            yield fence[2], re.sub(f"^{fence[1]}", "", fence[3], flags=re.MULTILINE), before
            begin, before = fence.end(), ""


def sections(page: Path) -> list[Section]:
    """The page, section by section."""
    found = [Section("")]
    for kind, body, before in blocks(page.read_text(encoding="utf-8")):
        if kind == "text" and body.startswith("## "):
            found.append(Section(body.splitlines()[0].removeprefix("## ")))
        found[-1].steps.extend(_steps(kind, body, before))
    return found


def _steps(kind: str, body: str, before: str) -> Iterable[Step]:
    if kind == "text":
        return [Change(*one) for one in CHANGE.findall(" ".join(body.split()))]
    if kind == "diff":
        return [_patched(name, body) for name in PATCH.findall(before)]
    written = WRITE.search(before)
    if written and kind != "console":
        return [Write(written[2], body, written[1] == "Add to")]
    return list(_commands(kind, body)) if kind in ("console", "") else []


def _patched(name: str, body: str) -> Change:
    lines = body.splitlines(keepends=True)
    old, new = ("".join(line[1:] for line in lines if line[0] in f" {sign}") for sign in "-+")
    return Change(name, old, new)


def _commands(kind: str, text: str) -> Iterator[Setting | Command]:
    lines = text.replace("\\\n", " ").splitlines()
    if kind == "":
        lines = [f"$ {line}" for line in lines if line.startswith("reconcile ")]
    for told in re.split(r"^\$ ", "\n".join(lines), flags=re.MULTILINE)[1:]:
        line, *shown = told.rstrip().splitlines()
        words = shlex.split(line, comments=True)
        code = EXIT.search(line)
        if words[0] == "export":
            yield Setting(*words[1].split("=", 1))
        elif words[0] in RUN:
            yield Command(words, int(code[1]) if code else 0, tuple(one for one in shown if one.strip()))


def commands(page: Path) -> Iterator[Command]:
    """The commands of a page."""
    return (step for one in sections(page) for step in one.steps if isinstance(step, Command))


def served(sections: Iterable[Section], url: str) -> list[Section]:
    """The same sections with the state on the server of this url, where they say that it is on one."""
    mine = Setting("RECONCILE_STATE", url)
    return [
        Section(one.heading, [mine if _on_a_server(step) else step for step in one.steps]) for one in sections
    ]


def _on_a_server(step: Step) -> bool:
    return isinstance(step, Setting) and step.value.startswith("postgresql://")


def written(page: Path) -> Iterator[Write]:
    """The files that a page writes."""
    return (step for one in sections(page) for step in one.steps if isinstance(step, Write))


def says(page: Path, mark: str) -> bool:
    """Does the page have this mark, in a line of its own?"""
    return mark in page.read_text(encoding="utf-8").splitlines()


def anchors(page: Path) -> set[str]:
    """What a link may say behind its `#`, as GitHub makes it of headings."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).strip().replace(" ", "-") for one in headings}


def unseen(shown: Iterable[str], output: str) -> list[str]:
    """The shown lines that the output lacks; each must follow the one before."""
    lines = iter(output.splitlines())
    return [one for one in shown if one.strip() != ANYTHING and not any(_same(one, line) for line in lines)]


def _same(shown: str, line: str) -> bool:
    parts = [re.escape(part) for part in shown.rstrip().split(ANYTHING)]
    return re.fullmatch(".*".join(parts), line.rstrip()) is not None
