"""What lies beside the code keeps its promises: pins, words of make, package contents, no machine's paths."""

import configparser
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from test_architecture import CODE, imports_of

import planner

ROOT = Path(__file__).resolve().parents[1]
USE_LOCK, DEV_LOCK = "requirements.lock", "requirements-dev.lock"

# Put together here, so that this file does not hold what it looks for.
MACHINE_PATH = re.compile(r"(?<![\w./:-])/(?:" + "|".join(("work", "tmp", "root", "home/[a-z]")) + r")\b")
REGISTRY = re.compile(
    "|".join(("py" + r"pi\.org", "python" + r"hosted\.", r"npm" + r"js\.(?:org|com)", r"proxy\.go" + "lang"))
)


def test_no_file_names_a_folder_of_one_machine() -> None:
    found = [line for line in lines_matching(MACHINE_PATH) if not line.startswith("tests/")]
    assert not found, "\n".join(["write a path relative to the project, or take it from the environment:", *found])


def test_no_file_names_a_package_registry() -> None:
    found = lines_matching(REGISTRY)
    assert not found, "\n".join(["leave the registry to the settings of pip on each machine:", *found])


@pytest.mark.parametrize("lock", [USE_LOCK, DEV_LOCK])
def test_a_lock_pins_every_package_with_hashes_and_names_no_source(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    assert not re.search(r"://|^\s*-(?!-hash)", text, re.MULTILINE), f"{lock} names a source; make it with: make lock"
    entries = re.split(r"\n(?=[a-z])", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    loose = [
        entry.split()[0] for entry in entries if not re.match(r"[\w.-]+==\S+", entry) or "--hash=sha256:" not in entry
    ]
    assert len(entries) > 20
    assert not loose, f"{lock} does not pin {', '.join(loose)}; make it with: make lock"


def test_every_requirement_is_in_its_lock_at_a_version_that_fits() -> None:
    for lock, requirements in ((USE_LOCK, required("build")), (DEV_LOCK, required("build", "dev"))):
        pins = pins_of(lock)
        for one in requirements:
            version = pins.get(canonicalize_name(one.name))
            assert version is not None, f"setup.cfg wants {one.name}, {lock} lacks it; run: make lock"
            assert one.specifier.contains(version), (
                f"{lock} has {one.name} {version}, setup.cfg wants {one}; run: make lock"
            )


def test_both_locks_agree() -> None:
    use, dev = pins_of(USE_LOCK), pins_of(DEV_LOCK)
    apart = sorted(name for name, version in use.items() if dev.get(name) != version)
    assert not apart, f"the locks differ in {', '.join(apart)}; run: make lock"


def test_what_the_code_imports_is_what_setup_cfg_requires() -> None:
    """Neither a package that comes only by chance with another one, nor one that nobody uses."""
    imported = {one.target.split(".")[0] for one in imports_of(ROOT)} - set(CODE) - set(sys.stdlib_module_names)
    owners = packages_distributions()
    used = {canonicalize_name(name) for package in imported for name in owners[package]}
    named = {canonicalize_name(one.name) for one in required()}
    assert not used - named, f"setup.cfg does not require {', '.join(sorted(used - named))}; add it and run: make lock"
    assert not named - used, (
        f"nothing imports {', '.join(sorted(named - used))}; strike it from setup.cfg, run: make lock"
    )


def test_building_uses_what_the_lock_pins() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["build-system"]["requires"]
    assert [str(one) for one in required("build")[-len(wanted) :]] == wanted, (
        "extra “build” of setup.cfg and pyproject.toml"
    )


@pytest.mark.parametrize("document", [name for name in ("README.md", "CONTRIBUTING.md") if (ROOT / name).exists()])
def test_every_make_word_of_a_document_exists(document: str) -> None:
    told = set(re.findall(r"(?:`|^\s*)make ([a-z]+)\b", (ROOT / document).read_text("utf-8"), re.MULTILINE))
    assert told
    missing = told - set(words_of_make())
    assert not missing, f"{document} speaks of make {', '.join(sorted(missing))}, the Makefile does not know it"


def test_make_help_lists_every_word() -> None:
    told = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert len(words_of_make()) >= 8
    for word, does in words_of_make().items():
        assert re.search(rf"^  {word} +{re.escape(does)}$", told, re.MULTILINE), f"make help does not list {word}"


def test_the_changelog_tells_of_the_current_version() -> None:
    heads = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert heads[0] == planner.__version__, "CHANGELOG.md begins with another version than planner/__init__.py"


def test_the_licence_is_the_whole_apache_licence() -> None:
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text
    assert len(text) > 11_000


def test_the_built_package_holds_every_file_of_its_folders(tmp_path: Path) -> None:
    source, out = tmp_path / "source", tmp_path / "out"
    for name in files():
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, source / name)
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        str(out),
        ".",
    ]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = out.glob("plainpied-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
        (about,) = (name for name in inside if name.endswith("/entry_points.txt"))
        assert "plainpied = planner.cli:main" in archive.read(about).decode()
    wanted = {name for name in files() if name.startswith(("planner/", "webapp/")) and (ROOT / name).is_file()}
    assert {Path(name).suffix for name in wanted} >= {".py", ".html", ".css", ".po", ".toml"}
    assert not wanted - inside, (
        f"not in the package: {sorted(wanted - inside)}; name them under package_data in setup.cfg"
    )
    assert not {name for name in inside if name.startswith(("tests/", "scripts/", "data/"))}


# --- What the tests ask ------------------------------------------------------------------------------


@cache
def files() -> tuple[str, ...]:
    """Every file that is or would be committed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("this is no git repository: what belongs to it cannot be listed")
    return tuple(done.stdout.splitlines())


def lines_matching(pattern: re.Pattern[str]) -> list[str]:
    found = []
    for name in files():
        try:
            text = (ROOT / name).read_text("utf-8")
        except (UnicodeDecodeError, OSError):
            continue  # a picture, or a file that was removed
        found += [
            f"{name}, line {n}: {line.strip()[:120]}"
            for n, line in enumerate(text.splitlines(), 1)
            if pattern.search(line)
        ]
    return found


def required(*extras: str) -> list[Requirement]:
    """Give what setup.cfg requires, with some extras."""
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", "utf-8")
    wanted = [setup["options"]["install_requires"], *(setup["options.extras_require"][extra] for extra in extras)]
    return [Requirement(line) for block in wanted for line in block.splitlines() if line.strip()]


def pins_of(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / lock).read_text("utf-8"), re.MULTILINE))


def words_of_make() -> dict[str, str]:
    return dict(re.findall(r"^([a-z]+):.*## (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
