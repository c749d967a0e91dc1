"""Writes docs/reference.md from the code: every command with its arguments and options.

`make reference` runs it; a test fails where the page is not what the code says.
"""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from reconciler.commands import app

if TYPE_CHECKING:
    from collections.abc import Iterator

    import click

PAGE = Path(__file__).with_name("reference.md")
HEAD = """\
# Every command

This page is made from the code (`make reference`). `reconcile COMMAND --help` says the same in a terminal.
Exit codes are in [exit-codes.md](exit-codes.md), the keys of files in JSON Schemas: `reconcile schema NAME`.
"""


def page() -> str:
    """The whole page."""
    top = typer.main.get_command(app)
    return HEAD + "".join(f"\n{text}" for text in _commands(top, "reconcile"))


def _commands(command: click.Command, name: str) -> Iterator[str]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield _section(command, name)
    else:
        for word, one in inner.items():
            if not one.hidden:
                yield from _commands(one, f"{name} {word}")


def _section(command: click.Command, name: str) -> str:
    with command.make_context(name, [], resilient_parsing=True) as context:
        usage = " ".join(command.collect_usage_pieces(context))
        rows = [row for one in command.get_params(context) if (row := _row(one, context))]
    table = "\n| argument or option | what it does |\n| --- | --- |\n" + "".join(rows) if rows else ""
    return f"## {name}\n\n`{name} {usage}`\n\n{inspect.cleandoc(command.help or '')}\n{table}"


def _row(one: click.Parameter, context: click.Context) -> str:
    if one.name == "help":
        return ""
    told = one.get_help_record(context)
    if told is None:
        return ""
    names = told[0].strip().removeprefix("* ").strip()
    return f"| `{names.replace('|', chr(92) + '|')}` | {_help(told[1])} |\n"


def _help(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
