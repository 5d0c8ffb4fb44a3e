"""The two commands of a fresh machine: the installer refuses and recognises, the demo builds once, CI counts tests."""

import importlib.util
import io
import os
import re
import shutil
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from planner.network.store import open_network
from scripts import demo, install

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def venv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the installer a project of its own: copies of what it hashes, an empty ``.venv``."""
    monkeypatch.setattr(install, "ROOT", tmp_path)
    monkeypatch.setattr(install, "VENV", tmp_path / ".venv")
    (tmp_path / ".venv").mkdir()
    (tmp_path / "scripts").mkdir()
    for name in (*install.LOCKS.values(), *install.DECIDING):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path / ".venv"


def test_an_old_python_is_refused_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    monkeypatch.setattr(sys, "argv", ["install.py"])
    assert install.main() == 1
    said = capsys.readouterr().err
    assert "needs Python 3.11 or newer" in said
    assert "is 3.9" in said
    assert "PYTHON=" in said


def test_a_python_without_venv_is_refused_with_the_package_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(sys, "argv", ["install.py"])
    assert install.main() == 1
    assert "apt install python3-venv" in capsys.readouterr().err


def test_what_is_installed_is_installed_again_only_when_something_that_decides_it_changes(
    venv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr(install, "install", lambda scope: done.append(scope) or stamp(scope))  # type: ignore[func-returns-value]
    monkeypatch.setattr(sys, "argv", ["install.py"])

    def stamp(scope: str) -> None:
        install.stamp_of(scope).write_text(install.fingerprint(scope), "utf-8")

    lock = venv.parent / "requirements.lock"
    assert install.main() == install.main() == 0
    assert done == ["use"]
    os.utime(lock, (0, 0))  # another date, the same content
    install.main()
    assert done == ["use"]
    lock.write_text(lock.read_text("utf-8") + "# changed\n", "utf-8")
    install.main()
    assert done == ["use", "use"]


def test_half_an_installation_is_not_taken_for_a_whole_one(venv: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(install.InstallError, match="is there a network"):
        install.run([sys.executable, "-c", "print('no such host'); raise SystemExit(1)"], "is there a network?")
    assert not list(venv.iterdir())


def test_the_demo_builds_both_networks_once_and_reuses_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "OUT", tmp_path)
    first, second = io.StringIO(), io.StringIO()
    with redirect_stdout(first):
        assert demo.main(["--no-serve"]) == 0
    built = {name: (tmp_path / name / "manifest.json").read_bytes() for name in demo.NETWORKS}
    with redirect_stdout(second):
        assert demo.main(["--no-serve"]) == 0
    assert built == {name: (tmp_path / name / "manifest.json").read_bytes() for name in demo.NETWORKS}
    assert second.getvalue().count("up to date") == len(demo.NETWORKS)
    amiens, fictiville = (open_network(tmp_path / name).coverage for name in ("amiens", "fictiville"))
    assert amiens.quays >= 250
    assert amiens.quays_measured == 0, "real names carry no invented fact"
    assert fictiville.quays_measured > 0, "the survey of the invented town was not read"


def test_the_demo_can_ask_its_first_question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "OUT", tmp_path)
    tables = ROOT / "data" / "fictiville"
    with redirect_stdout(io.StringIO()):
        assert demo.build(tables) == 0
        assert demo.ask_once(tables) == 0


@pytest.mark.parametrize(
    ("closing", "succeeds"),
    [
        ("== 12 passed in 3.1s ==", True),
        ("== 3 deselected in 0.1s ==", False),
        ("== 12 skipped in 0.1s ==", False),
        ("== 11 passed, 1 skipped in 3.1s ==", False),
    ],
)
def test_the_server_fails_where_no_test_ran_or_one_was_skipped(tmp_path: Path, closing: str, succeeds: bool) -> None:
    """Runs .ci/run beside a Makefile that only says how its tests ended."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    (tmp_path / "Makefile").write_text(f"check:\n\t@echo fine\ntest:\n\t@echo '{closing}'\n", "utf-8")
    data = {"PLAINPIED_TESTDATA": str(tmp_path), "PLAINPIED_REFERENCE": str(tmp_path)}
    command = ["bash", str(tmp_path / ".ci" / "run")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **data})
    assert (done.returncode == 0) == succeeds, done.stdout + done.stderr
    assert re.search(rf"make test: \d+ s, {re.escape(closing)}", done.stdout)
