"""The house keeps its own rules: imports go one way, sizes stay small, everything says what it is."""

from __future__ import annotations

import ast
import statistics
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "reconciler"
STREET = (
    "errors", "address", "members", "whole", "late", "schemas", "course", "rows", "current", "heart", "district", "catalog", "check", "larder",
    "desired", "diff", "keep", "plan", "receipts", "formats", "stores", "guard", "refresh", "linking", "choosing", "finding", "relinking", "undo", "audit",
    "reports", "story", "push", "policy", "editing", "rewriting", "drift", "adopting", "rolling", "queue", "cluster", "commands", "__main__",
)  # fmt: skip
"""The rooms in the order of work: each may import from those before it, and from itself."""
HEAVY = {
    "sqlalchemy",
    "alembic",
    "jsonschema",
    "deepdiff",
    "yaml",
    "rich",
    "ruamel",
    "jinja2",
    "apprise",
    "psycopg",
    "distributed",
}


@cache
def modules() -> dict[str, ast.Module]:
    """Dotted name -> syntax tree, of every module of the package."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        found[dotted] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def room(dotted: str) -> str:
    parts = dotted.split(".")
    return parts[1] if len(parts) > 1 else ""


def imported(tree: ast.AST) -> set[str]:
    """Every module that is imported anywhere in the tree, also for types or late."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def functions():
    for name, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                doc = ast.get_docstring(node, clean=False)
                lines = node.end_lineno - node.lineno + 1 - (doc.count("\n") + 1 if doc else 0)
                yield f"{name}.{node.name}", lines


def test_every_room_stands_in_the_street():
    assert {room(name) for name in modules()} - {"", "data"} == set(STREET)


@pytest.mark.parametrize("name", sorted(modules()))
def test_imports_go_down_the_street(name):
    here = room(name)
    if not here:
        return
    known = STREET[: STREET.index(here) + 1]
    uphill = {
        other
        for other in imported(modules()[name])
        if other.startswith("reconciler.") and room(other) in STREET and room(other) not in known
    }
    assert not uphill


def test_no_circles_between_modules():
    names = set(modules())
    edges = {
        name: {
            other
            for other in top_level(tree)
            if other in names and other != name and not name.startswith(other)
        }
        for name, tree in modules().items()
    }
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " -> ".join((*path, name))
        if name not in done:
            for other in sorted(edges[name]):
                visit(other, (*path, name))
            done.add(name)

    for name in sorted(edges):
        visit(name, ())


def top_level(tree: ast.Module) -> set[str]:
    """What is imported when the module is."""
    return imported(
        ast.Module([one for one in tree.body if isinstance(one, ast.Import | ast.ImportFrom)], [])
    )


@pytest.mark.parametrize("name", [name for name in sorted(modules()) if room(name) in {"commands", "errors"}])
def test_commands_enter_heavy_rooms_late(name):
    found = {one.split(".")[0] for one in top_level(modules()[name])}
    assert not found & HEAVY
    ours = {room(one) for one in top_level(modules()[name]) if one in modules()}
    assert ours <= {"commands", "errors", ""}


def test_modules_are_small():
    sizes = {
        name: len((PACKAGE.parent / Path(*name.split("."))).with_suffix(".py").read_text().splitlines())
        for name in modules()
        if (PACKAGE.parent / Path(*name.split("."))).with_suffix(".py").is_file()
    }
    assert {name: size for name, size in sizes.items() if size > 400} == {}
    assert statistics.median(sizes.values()) <= 130


def test_functions_are_small():
    sizes = dict(functions())
    assert {name: size for name, size in sizes.items() if size > 70} == {}
    assert statistics.median(sizes.values()) <= 8
    assert sum(size > 50 for size in sizes.values()) <= len(sizes) * 0.02


@pytest.mark.parametrize("name", sorted(modules()))
def test_everything_public_says_what_it_is(name):
    tree = modules()[name]
    wanted = [tree] + [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_")
    ]
    assert [getattr(node, "name", name) for node in wanted if not ast.get_docstring(node)] == []
