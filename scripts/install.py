"""Make ``.venv``: the pinned packages and the project itself. Done already: say nothing and do nothing.

``python3 scripts/install.py [--dev]``. What is installed is known by a hash of everything that decides it, never
by a date. Runs before anything is installed: standard library only, and old Pythons must get as far as the
sentence that refuses them.
"""

import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = {"use": "requirements.lock", "dev": "requirements-dev.lock"}  # the second holds all of the first
DECIDING = ("setup.cfg", "pyproject.toml", "scripts/install.py")


class InstallError(Exception):
    """What stands in the way, and what to do about it."""


def main() -> int:
    """Run the script; 0 everything is there, 1 it could not be made."""
    scope = "dev" if "--dev" in sys.argv[1:] else "use"
    try:
        check_python()
        if stamp_of(scope).is_file() and stamp_of(scope).read_text("utf-8") == fingerprint(scope):
            return 0
        install(scope)
    except InstallError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def check_python() -> None:
    """Refuse a Python that is too old or cannot make environments."""
    if sys.version_info[:2] < OLDEST:
        raise InstallError(
            "Plainpied needs Python {}.{} or newer, and {} is {}.{}; "
            "name a newer one, for example: make demo PYTHON=python3.12".format(
                *OLDEST, sys.executable, *sys.version_info[:2]
            )
        )
    if importlib.util.find_spec("ensurepip") is None:
        raise InstallError(
            f"{sys.executable} cannot make a virtual environment, because its package venv is missing; "
            "on Debian and Ubuntu install it with: sudo apt install python3-venv"
        )


def stamp_of(scope: str) -> Path:
    """Give the file that says what was installed; written last, so half an installation has none."""
    return VENV / ("installed-for-" + scope)


def fingerprint(scope: str) -> str:
    """Hash what decides an installation: lock, set-up, Python, and the folder, which an environment is tied to."""
    digest = hashlib.sha256(repr((sys.version_info[:3], str(ROOT))).encode())
    for name in (LOCKS[scope], *DECIDING):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def install(scope: str) -> None:
    """Make the environment if need be, then fetch the packages of ``scope`` and install the project."""
    if not fits():
        print("making .venv with Python {}.{}".format(*sys.version_info[:2]), flush=True)
        # not sys.executable: run from inside the environment, it would empty the ground it stands on
        run(
            [getattr(sys, "_base_executable", sys.executable), "-m", "venv", "--clear", str(VENV)],
            "making .venv failed",
        )
    lock = ROOT / LOCKS[scope]
    packages = sum("==" in line for line in lock.read_text("utf-8").splitlines())
    print(f"installing {packages} packages into .venv (once; a minute or more)", flush=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check"]
    cure = "the packages could not be installed; is there a network? Run the same command again when it is there"
    run([*pip, "--require-hashes", "-r", str(lock)], cure, packages)
    run([*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)], "the project could not be installed")
    for done in ("use", "dev") if scope == "dev" else ("use",):
        stamp_of(done).write_text(fingerprint(done), "utf-8")


def fits() -> bool:
    """Tell whether ``.venv`` works, is of the Python that runs this, and still lies where it was made."""
    ask = "import sys; print(sys.version_info[:3], sys.prefix)"
    try:
        answer = subprocess.run([str(PYTHON), "-c", ask], capture_output=True, text=True, check=True).stdout.strip()
        made_here = str(VENV) in (VENV / "bin" / "pip").read_text("utf-8")
    except (OSError, subprocess.CalledProcessError):
        return False
    return made_here and answer == f"{sys.version_info[:3]} {VENV}"


def run(command: "list[str]", problem: str, expected: int = 0) -> None:
    """Run a program silently, with a counter where somebody watches; on failure show the end of what it said."""
    watched = expected and sys.stdout.isatty()
    lines, seen = [], 0
    environment = dict(os.environ, PIP_REQUIRE_VIRTUALENV="0", PYTHONWARNINGS="ignore")
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as program:
        for line in program.stdout or ():
            lines.append(line.rstrip())
            if watched and line.startswith("Collecting "):
                seen += 1
                print(f"\r  {seen} of {expected}: {line.split()[1]:50.50}", end="", flush=True)
            elif watched and line.startswith("Installing "):
                print(f"\r  unpacking {'':60}", end="", flush=True)
    if watched:
        print("\r{:70}\r".format(""), end="", flush=True)
    if program.returncode:
        raise InstallError("\n".join([*lines[-15:], "", problem]))


if __name__ == "__main__":
    sys.exit(main())
