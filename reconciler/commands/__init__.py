"""One verb, one file; this room registers them and turns failures into messages and exit codes.

Only Typer is imported here and at the top of each command: everything else is entered when it is needed,
so that `reconcile --help` stays quick.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import traceback

import typer
from typer.exceptions import Abort, TyperException

from reconciler import __version__
from reconciler.commands import adopt as _adopt
from reconciler.commands import apply as _apply
from reconciler.commands import batch as _batch
from reconciler.commands import copy_master as _copy_master
from reconciler.commands import db as _db
from reconciler.commands import drift as _drift
from reconciler.commands import edit as _edit
from reconciler.commands import export as _export
from reconciler.commands import history as _history
from reconciler.commands import import_ as _import
from reconciler.commands import link as _link
from reconciler.commands import plan as _plan
from reconciler.commands import relink as _relink
from reconciler.commands import report as _report
from reconciler.commands import roll_forward as _roll_forward
from reconciler.commands import schema as _schema
from reconciler.commands import show as _show
from reconciler.commands import undo as _undo
from reconciler.commands import unlock as _unlock
from reconciler.commands import use as _use
from reconciler.commands import validate as _validate
from reconciler.errors import BUG, INTERRUPTED, USAGE, FileFailing, OutputFailing, ReconcilerError

GARBAGE = 500_000
"""How many new objects may come between two searches for garbage. Our values have no circles, so that a
search finds nothing; at Python's own number (700) searching took a quarter of a large plan's time."""
app = typer.Typer(
    name="reconcile",
    help="Course masters and gradebook setup as code: see what a push would change, then do exactly that.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("validate")(_validate.validate)
app.command("import")(_import.import_)
app.command("export")(_export.export)
app.command("adopt")(_adopt.adopt)
app.command("link")(_link.link)
app.command("unlink")(_link.unlink)
app.command("plan")(_plan.plan)
app.command("apply")(_apply.apply)
app.command("relink")(_relink.relink)
app.command("copy-master")(_copy_master.copy_master)
app.command("edit")(_edit.edit)
app.command("use")(_use.use)
app.command("history")(_history.history)
app.command("undo")(_undo.undo)
app.command("unlock")(_unlock.unlock)
app.command("roll-forward")(_roll_forward.roll_forward)
app.command("show")(_show.show)
app.command("drift")(_drift.drift)
app.command("schema")(_schema.schema)
app.add_typer(_report.app, name="report")
app.add_typer(_batch.app, name="batch")
app.add_typer(_db.app, name="db")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"reconcile {__version__}")
        raise typer.Exit


@app.callback()
def _top(
    version: bool = typer.Option(
        False, "--version", help="Show the version.", callback=_version, is_eager=True
    ),
) -> None:
    del version


def main() -> None:
    """Run the program; never returns. Exit codes: house rule, errors.py."""
    gc.set_threshold(GARBAGE)
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command; gives its exit code. Results go to stdout, all else to stderr."""
    try:
        code = typer.main.get_command(app).main(arguments, "reconcile", standalone_mode=False) or 0
    except TyperException as error:
        return _usage(error)
    except ReconcilerError as error:
        return _failed(error)
    except (Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except (BrokenPipeError, SystemExit):
        _let_go()  # Typer leaves by SystemExit where the reader of stdout has gone
        return 0
    except OSError as error:
        return _failed(_of_system(error))
    except Exception:  # noqa: BLE001 - the last door: whatever comes here is a bug of ours
        _crash()
        return BUG
    if code == INTERRUPTED:  # Typer makes it of ^C; no command of ours ends with it
        _say("Interrupted. What was written is whole; run the same command again to go on.")
    return int(code)


def _usage(error: TyperException) -> int:
    """What is wrong with the command line; nothing, where help was shown in its place."""
    if error.format_message():
        _say(f"error: {error.format_message()}", "`reconcile --help` lists commands and options.")
    return USAGE


def _failed(error: ReconcilerError) -> int:
    for problem in error.problems:
        _say(str(problem), problem.remedy)
    _say(f"error: {error}", error.way_out)
    return error.exit_code


def _of_system(error: OSError) -> ReconcilerError:
    """A failure of the system in our words: of a file by its name, else of stdout, which has none."""
    why = error.strerror or str(error)
    if error.filename is not None:
        return FileFailing(file=error.filename, why=why)
    _let_go()
    return OutputFailing(why=why)


def _let_go() -> None:
    """Send what still waits for stdout nowhere, so that leaving does not fail on it once more."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(text: str, remedy: str = "") -> None:
    typer.echo(text, err=True)
    if remedy:
        typer.echo(f"  {remedy}", err=True)


def _crash() -> None:
    """Write the crash report beside the person's work; the state is safe (every write is a transaction)."""
    name = "reconcile-crash.txt"
    report = f"reconcile {__version__}, Python {sys.version}\n{traceback.format_exc()}"
    try:
        with open(name, "w", encoding="utf-8") as file:  # noqa: PTH123
            file.write(report)
    except OSError:
        typer.echo(report, err=True)
    _say(f"error: This is a bug in reconciler. The report is in {name}.", "Please send it to its makers.")
