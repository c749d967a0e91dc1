"""The benchmarks' figures, bars and tables say what was measured; nothing here looks at a clock."""

import json
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks import report, table
from benchmarks.bars import BARS, Book, held, limit_of
from benchmarks.figures import FIGURES, POSTGRES, SQLITE, chosen, needed
from benchmarks.ground import Ground
from benchmarks.limits import ready
from benchmarks.planning import document, planned
from benchmarks.processes import run
from benchmarks.server import APPLIED, GROWN, LIMIT, SERVER
from benchmarks.sizes import SIZES, Size
from reconciler.plan import saved
from reconciler.push import push
from reconciler.stores import open_store

SMALL = Size("small", 2, 12, 24, 90)
ROOT = Path(__file__).resolve().parents[1]


def row(name: str, seconds: float, **facts: float) -> dict[str, object]:
    return {"name": name, "seconds": seconds, "processor": seconds / 2, "peak_mb": 100, **facts}


class TestBars:
    def test_a_bar_is_held_against_the_limit_of_the_same_run(self) -> None:
        book = Book({"XL": [row("limit-read", 0.5), row("plan-nothing", 1.0)]})
        (one,) = held(book)
        assert (one.bar.figure, one.measured, one.verdict) == ("plan-nothing", 2.0, "2.5 ok")
        slow = Book({"XL": [row("limit-read", 0.5), row("plan-nothing", 1.5)]})
        assert [each.verdict for each in held(slow)] == ["2.5 MISSED"]

    def test_a_bar_of_another_size_says_nothing(self) -> None:
        rows = [row("limit-read", 0.5), row("plan-all", 50.0)]
        assert list(held(Book({"XL": rows}))) == []
        assert [one.verdict for one in held(Book({"XXL": rows}))] == ["4 MISSED", "600 ok"]

    def test_growth_is_told_once_both_sizes_were_measured(self) -> None:
        small, large = [row("apply-all", 2.0)], [row("apply-all", 11.0)]
        assert list(held(Book({"XXL": large}))) == []
        (one,) = held(Book({"XL": small, "XXL": large}))
        assert (one.bar.what, one.measured, one.verdict) == ("x XL", 5.5, "6 ok")

    def test_what_people_would_write_must_be_slower_by_far(self) -> None:
        rows = [row("plan-all", 1.0), row("apply-all", 1.0), row("by-hand", 1_500.0)]
        (one,) = held(Book({"XL": rows}))
        assert (one.measured, one.verdict) == (750, "1,000 MISSED")
        assert list(held(Book({"XL": rows[1:]}))) == []

    def test_a_server_is_told_by_the_wall_even_where_the_processor_is_asked_for(self) -> None:
        rows = [row("plan-all", 1.0), row("limit-read", 1.0), row("pg-plan-all", 3.0)]
        book = Book({"XL": rows}, "processor")
        assert limit_of(book, "XL", "pg-plan-all") == 3.0
        assert book.took("XL", "plan-all") == 0.5

    def test_a_figure_that_was_left_out_is_held_against_nothing(self) -> None:
        rows = [row("process-cold", 1.0), {"name": "octodns", "skipped": "no network"}]
        book = Book({"M": rows})
        assert list(held(book)) == []
        assert table.line(rows[1], book, "M") == "octodns           left out: no network"

    def test_every_bar_is_about_figures_that_there_are(self) -> None:
        for bar in BARS:
            assert bar.figure in FIGURES
            assert bar.sizes & set(SIZES)
        assert {one.limit for one in FIGURES.values()} - {""} <= FIGURES.keys()


class TestTables:
    def test_a_line_tells_figure_limit_bar_and_facts(self) -> None:
        rows = [row("limit-read", 0.5), row("plan-nothing", 1.0, cohorts=1_234)]
        line = table.line(rows[1], Book({"XL": rows}), "XL")
        assert line.split() == ["plan-nothing", "1.00", "0.50", "100", "2.0", "2.5", "ok", "1,234", "cohorts"]

    def test_what_was_extrapolated_says_so_everywhere(self) -> None:
        rows = [row("plan-all", 1.0), row("by-hand-plan", 5_000.0, extrapolated=244.0)]
        book = Book({"XL": rows})
        assert "EXTRAPOLATED from 1/244 of it" in table.line(rows[1], book, "XL")
        assert any("5,000.00 / 2,500.00 / 100 / 5,000.0 x *" in text for text in table.markdown(book))

    def test_files_of_two_sizes_are_read_as_one(self) -> None:
        told = [
            report.written(Book({size: [row("apply-all", seconds)]}), {"processors": 2})
            for size, seconds in (("XL", 2.0), ("XXL", 14.0))
        ]
        assert [one["bars"] for one in told] == [[], []]
        text = "\n".join(table.markdown(report.read(told)))
        assert "| figure | what | XL | XXL |" in text
        assert "| `apply-all` | XXL | 7.0 x XL | at most 6 | **missed** |" in text
        again = report.written(report.read(told), {})
        assert again["bars"] == [
            {
                "figure": "apply-all",
                "size": "XXL",
                "what": "x XL",
                "measured": 7.0,
                "at_most": 6,
                "met": False,
            }
        ]

    def test_the_report_is_printed_from_the_command_line(self, tmp_path: Path) -> None:
        told = report.written(Book({"M": [row("limit-read", 0.05)]}), {})
        (tmp_path / "m.json").write_text(json.dumps(told))
        command = [sys.executable, "-m", "benchmarks.report", str(tmp_path / "m.json")]
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        assert "| `limit-read` | The limit of a plan:" in done.stdout

    def test_the_tables_go_into_a_page_between_its_marks(self, tmp_path: Path) -> None:
        (tmp_path / "m.json").write_text(
            json.dumps(report.written(Book({"M": [row("limit-read", 0.05)]}), {}))
        )
        page = tmp_path / "page.md"
        command = [sys.executable, "-m", "benchmarks.report", str(tmp_path / "m.json"), "--into", str(page)]
        page.write_text(f"Before\n{report.BEGIN}\nold\n{report.END}\nAfter\n")
        for _ in range(2):
            subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
            text = page.read_text()
            assert text.startswith(f"Before\n{report.BEGIN}\n| figure | what | M |\n")
            assert text.endswith(f"\n{report.END}\nAfter\n")
            assert text.count("limit-read") == 1 and "old" not in text
        page.write_text("no marks")
        done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 2 and "each once" in done.stderr
        assert page.read_text() == "no marks"


class TestFigures:
    def test_each_names_a_function_that_says_what_it_is(self) -> None:
        for name, figure in FIGURES.items():
            assert figure.about.endswith((".", ":")) or len(figure.about) > 20, name

    def test_a_size_and_a_database_choose_figures(self) -> None:
        small, large = list(chosen("M", SQLITE)), list(chosen("XXL", SQLITE))
        assert "octodns" in small and "octodns" not in large
        assert not any(name.startswith("pg-") for name in large)
        assert list(chosen("XL", POSTGRES))[:2] == ["plan-nothing", "plan-all"]
        assert list(chosen("XL", SQLITE, ["apply-all"])) == ["limit-write", "apply-all"]

    def test_what_a_figure_works_on_is_made_first(self) -> None:
        assert list(needed("limit-write")) == ["save-plan", "apply-all"]
        order = list(FIGURES)
        for name, figure in FIGURES.items():
            if figure.limit:
                assert order.index(figure.limit) < order.index(name)

    def test_the_limit_of_an_apply_moves_exactly_the_rows_that_the_apply_moved(self, tmp_path: Path) -> None:
        ground = Ground(tmp_path, SMALL)
        ground.sow()
        ground.grow(ground.state)
        ground.applied.write_bytes(ground.state.read_bytes())
        with closing(open_store(str(ground.applied))) as target:
            plan, summary = planned(target, ground.catalogs("all"))
            push(saved.parse(document(plan, summary)), target)
            with target.read() as snapshot:
                (last,) = snapshot.runs(1)
                journal = Counter(
                    (one.on_section, one.before, one.after)
                    for one in snapshot.moves(last.id)
                    for _ in one.members
                )
        with closing(sqlite3.connect(ground.state)) as driver:
            ready(driver, ground)
            rows = Counter(
                (bool(on_section), before, after)
                for on_section, host in enumerate(("course", "section"))
                for before, after in driver.execute(f"SELECT before, after FROM going_{host}")
            )
        assert rows == journal
        assert rows.total() > 90

    def test_they_run_from_the_command_line(self, tmp_path: Path) -> None:
        told = tmp_path / "figures.json"
        command = [sys.executable, "-m", "benchmarks", "--size", "XS", "--repeat", "2", "--json", str(told)]
        command += ["--only", "plan-one", "--folder", str(tmp_path)]
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        figures = json.loads(told.read_text())
        rows = figures["sizes"]["XS"]
        assert [one["name"] for one in rows] == ["limit-read", "plan-one"]
        for one in rows:
            assert one["peak_mb"] > 0
            assert len(one["runs"]) == 2
            assert one["seconds"] == min(each["seconds"] for each in one["runs"])
        assert figures["bars"] == []
        assert figures["machine"]["processors"] > 0
        assert done.stdout.startswith("XS: 1 calendars, 60 masters, 60 courses, 200 sections")
        assert SIZES["XXL"].catalogs == 334

    def test_on_a_server_they_move_the_rows_that_sqlite_moves(self, postgres_server, tmp_path: Path) -> None:
        told = tmp_path / "figures.json"
        command = [sys.executable, "-m", "benchmarks", "--size", "XS", "--repeat", "1", "--json", str(told)]
        command += ["--only", "plan-all,pg-plan-all,pg-apply-all", "--folder", str(tmp_path)]
        command += ["--database", "postgresql"]
        there = {**os.environ, SERVER: postgres_server.url}
        try:
            subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, env=there)
        finally:
            for name in (GROWN, APPLIED, LIMIT):
                postgres_server.ask(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        rows = {one["name"]: one for one in json.loads(told.read_text())["sizes"]["XS"]}
        assert list(rows) == ["limit-read", "plan-all", "pg-plan-all", "pg-limit-write", "pg-apply-all"]
        assert rows["pg-plan-all"]["cohorts"] == rows["plan-all"]["cohorts"]
        moved = rows["pg-apply-all"]["courses"] + rows["pg-apply-all"]["sections"]
        assert 0 < rows["pg-limit-write"]["rows"] == moved

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (["--size", "XXXL"], "XXXL is none of XS, M, XL, XXL"),
            (["--only", "plan-all,plan-none"], "plan-none is none of limit-read"),
        ],
    )
    def test_what_there_is_not_is_a_usage_error(self, words: list[str], told: str) -> None:
        command = [sys.executable, "-m", "benchmarks", *words]
        done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 2
        assert told in done.stderr


class TestProcesses:
    @pytest.mark.parametrize("terminal", [False, True])
    def test_a_command_is_measured_with_a_terminal_and_without(self, tmp_path: Path, terminal: bool) -> None:
        took = run(Ground(tmp_path, SMALL), "--version", terminal=terminal)
        assert took.peak > 5
        assert took.processor > 0

    @pytest.mark.parametrize("terminal", [False, True])
    def test_one_that_fails_stops_the_bench_with_what_it_said(self, tmp_path: Path, terminal: bool) -> None:
        with pytest.raises(RuntimeError, match=r"plan: .* ended with 64\n[\s\S]*--nonsense"):
            run(Ground(tmp_path, SMALL), "plan", "--nonsense", terminal=terminal)


class TestGround:
    def test_another_generator_makes_it_anew(self, tmp_path: Path) -> None:
        ground = Ground(tmp_path, SMALL)
        ground.prepare()
        first = ground.state.stat().st_mtime_ns
        stale = ground.catalog_folder / "stale.yaml"
        stale.write_text("catalog: of another generator")
        (tmp_path / "growth").write_text("1")
        ground.prepare()
        second = ground.state.stat().st_mtime_ns
        assert second != first and not stale.exists()
        ground.prepare()
        assert ground.state.stat().st_mtime_ns == second

    def test_what_one_run_left_for_another_goes(self, tmp_path: Path) -> None:
        ground = Ground(tmp_path, SMALL)
        ground.prepare()
        ground.plan.write_text("{}")
        ground.applied.write_text("")
        ground.prepare()
        assert not ground.plan.exists() and not ground.applied.exists()
