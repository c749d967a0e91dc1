"""Real input, read once; each test works on a copy of the state in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.oulad import write_oneroster
from tests.real.working import District, imported

DATA = (Path(__file__).resolve().parents[2] / "../shared/data").resolve()


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real input; tests that need it skip where it is absent."""
    if not DATA.is_dir():
        pytest.skip("the real input is not here")
    return DATA


@pytest.fixture(scope="session")
def package(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """OULAD as a OneRoster 1.2 package; don't write into it."""
    folder = tmp_path_factory.mktemp("package")
    write_oneroster(data / "oulad", folder)
    return folder


@pytest.fixture(scope="session")
def oulad_state(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return imported(tmp_path_factory.mktemp("oulad"), package)


@pytest.fixture(scope="session")
def grand_bend_state(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Grand Bend, with what the learning management system's toolkit extracted."""
    folder = tmp_path_factory.mktemp("bend")
    return imported(folder, data / "edfi-grandbend-5.2.0", "--lms", data / "edfi-lms-toolkit-sample")


@pytest.fixture(scope="session")
def api_state(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return imported(tmp_path_factory.mktemp("api"), data / "oea/edfi_api")


@pytest.fixture(scope="session")
def roster_state(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return imported(tmp_path_factory.mktemp("roster"), data / "oneroster-1.1-sample")


@pytest.fixture
def district(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> District:
    """A working folder; `take` puts a copy of an imported state into it."""
    monkeypatch.chdir(tmp_path)
    for name in ("RECONCILE_STATE", "RECONCILE_USER"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "reconcile.yaml").write_text("past_years: writable\n", encoding="utf-8")
    return District(tmp_path, capsys)
