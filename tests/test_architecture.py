"""The picture of docs/architecture.md as a test: who may import whom, where outside packages live, what stays light.

Change a rule here and its row in docs/architecture.md in one change; the last tests hold the two together.
"""

import ast
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "architecture.md"
CODE = ("planner", "webapp", "scripts")


@dataclass(frozen=True)
class Room:
    """Modules that belong together, and the rooms they may import besides their own."""

    modules: tuple[str, ...]  # a package stands for all modules in it, unless another room names one more exactly
    may_import: tuple[str, ...]


ROOMS = {
    "words": Room(("planner", "planner.errors", "planner.facts", "planner.model"), ()),
    "language": Room(("planner.language",), ("words",)),
    "feeds": Room(("planner.feeds",), ("words",)),
    "access": Room(("planner.access",), ("words",)),
    "network": Room(("planner.network",), ("feeds", "words")),
    "sentences": Room(
        (
            *("planner.sentences", "planner.sentence_backups", "planner.sentence_evidence", "planner.sentence_parts"),
            *("planner.sentence_reach", "planner.sentence_reasons", "planner.sentence_ways"),
        ),
        ("access", "language", "network", "words"),
    ),
    "places": Room(("planner.places", "planner.place_search"), ("network", "words")),
    "routing": Room(("planner.routing",), ("access", "network", "places", "words")),
    "audit": Room(("planner.audit",), ("access", "network", "routing", "words")),
    "build": Room(("planner.build",), ("feeds", "network", "words")),
    "client": Room(("planner.http_client",), ()),
    "bake": Room(("planner.bake",), ("feeds", "network", "routing", "words")),
    "show": Room(
        ("planner.show", "planner.show_reach", "planner.show_walk"),
        ("language", "network", "routing", "sentences", "words"),
    ),
    "report": Room(
        ("planner.report",), ("access", "audit", "feeds", "language", "network", "routing", "sentences", "words")
    ),
    "webapp": Room(
        ("webapp",),
        ("access", "language", "network", "places", "report", "routing", "sentences", "show", "words"),
    ),
    "cli": Room(
        (
            *("planner.cli", "planner.cli_arguments", "planner.cli_audit", "planner.cli_bake", "planner.cli_plan"),
            *("planner.cli_reach", "planner.cli_walk", "planner.warmup", "planner.__main__"),
        ),
        (
            *("access", "audit", "bake", "build", "feeds", "network", "places", "report", "routing", "show", "webapp"),
            "words",
        ),
    ),
    "scripts": Room(
        ("scripts",),
        ("access", "audit", "build", "cli", "feeds", "network", "places", "routing", "show", "webapp", "words"),
    ),
}

# Outside packages and their homes: a room, or a single module.
HOMES: dict[str, tuple[str, ...]] = {
    "babel": ("language", "sentences"),
    "flask": ("webapp",),
    "folium": ("report",),
    "geopandas": ("feeds", "network", "report"),
    "gtfs_kit": ("network",),
    "jinja2": ("report",),
    "lxml": ("feeds",),
    "networkx": ("audit", "network"),
    "numba": (
        "planner.access.boarding_formula",
        "planner.access.walking_formula",
        "planner.feeds.gtfs_table_kernel",
        "planner.network.annotate_kernel",
        "planner.network.timetable_kernel",
        "planner.routing.bags",
        "planner.routing.bounds_kernel",
        "planner.routing.follow",
        "planner.routing.last_walk",
        "planner.routing.raptor",
        "planner.routing.spread",
        "planner.routing.state",
        "planner.routing.walk",
    ),
    "numpy": ("access", "audit", "feeds", "network", "places", "report", "routing", "scripts"),
    "openpyxl": ("feeds",),
    "osmium": ("feeds",),
    "pandas": ("feeds", "network", "build"),
    "pydantic": ("webapp",),
    "pyogrio": ("feeds",),
    "pyproj": ("feeds", "network"),
    "rapidfuzz": ("places",),
    "rasterio": ("feeds",),
    "shapely": ("network",),
    "tqdm": ("cli", "feeds", "build"),
    "waitress": ("cli", "webapp"),
    "werkzeug": ("webapp",),
}

SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "core", "base", "misc", "manager", "managers"}
WEB = ("flask", "werkzeug", "jinja2", "markupsafe", "itsdangerous", "blinker", "click", "waitress")
MOST_LINES = 450
LONG = {
    "planner/routing/raptor.py": "numba's cache looks at the file of a kernel and not at those it calls: cut over "
    "modules, a search would run as it was before the change of another file",
    "planner/access/boarding_formula.py": "one formula in compiled steps, for one boarding and for arrays alike: "
    "cut apart, the order of its steps, which is its law, would be in no one place",
}


@dataclass(frozen=True)
class Import:
    """One import as written: who, what, and where to look."""

    importer: str
    target: str
    where: str


# --- The laws ----------------------------------------------------------------------------------------


def test_every_module_has_a_room() -> None:
    homeless = [module for module in modules_of(ROOT) if room_of(module) is None]
    assert not homeless, (
        f"{', '.join(homeless)} belong(s) to no room: put the module into a package that has one, or give it a room "
        "in ROOMS of this file and in the table of docs/architecture.md"
    )


def test_rooms_import_downwards_only() -> None:
    tell(room_faults(imports_of(ROOT)))


def test_outside_packages_stay_at_home() -> None:
    tell(home_faults(imports_of(ROOT)))


def test_no_package_keeps_a_home_that_it_left() -> None:
    used = {(one.target.split(".")[0], one.importer) for one in imports_of(ROOT)}
    left = [
        f"{package} in {home}"
        for package, homes in HOMES.items()
        for home in homes
        if "." in home and (package, home) not in used
    ]
    left += sorted(set(HOMES) - {package for package, _ in used})
    assert not left, f"nothing imports {', '.join(left)}: strike it from HOMES here and from docs/architecture.md"


def test_nothing_imports_itself_in_a_circle() -> None:
    circle = circle_of(imports_of(ROOT))
    assert not circle, (
        f"{' -> '.join(circle)}: each of these needs the other to be understood, also where the import stands under "
        "TYPE_CHECKING. Move what both need into a module below them, as was done with the words."
    )


def test_imports_are_absolute_and_written_as_imports() -> None:
    tell(disguised_imports(ROOT))


def test_the_words_import_nothing_and_readers_and_judges_do_not_know_each_other() -> None:
    assert ROOMS["words"].may_import == ()
    assert "access" not in ROOMS["feeds"].may_import
    assert "feeds" not in ROOMS["access"].may_import


def test_the_rooms_lie_one_above_the_other() -> None:
    below = {name: set(room.may_import) for name, room in ROOMS.items()}
    assert set().union(*below.values()) <= set(ROOMS), "a room that is named under may_import does not exist"
    order = list(TopologicalSorter(below).static_order())  # raises CycleError where two may need each other
    assert order[0] == "words"


def test_judging_and_searching_open_no_file() -> None:
    tell(
        f"{one.where}: {one.importer} imports {one.target}, but judging and searching are pure: "
        "open files in feeds, network.store or the doors, and hand over what they hold"
        for one in imports_of(ROOT)
        if room_of(one.importer) in ("access", "routing")
        and one.target.split(".")[0] in ("pathlib", "os", "io", "shutil", "tempfile", "json", "csv", "sqlite3")
    )


def test_the_library_needs_no_web_server() -> None:
    modules = [m for m in modules_of(ROOT) if m.startswith("planner") and not m.endswith("__main__")]
    blocked = f"import importlib, sys\nsys.modules.update(dict.fromkeys({WEB!r}))\n"
    done = python(blocked + f"for name in {modules!r}: importlib.import_module(name)")
    assert done.returncode == 0, f"importing planner without Flask fails; import it in webapp only:\n{done.stderr}"


@pytest.mark.parametrize("arguments", [["--help"], ["build", "--help"], ["plan", "--help"], ["serve", "--help"]])
def test_the_command_answers_before_heavy_packages_are_imported(arguments: list[str]) -> None:
    program = f"""
        import sys
        from planner.cli import main
        try:
            main({arguments!r})
        except SystemExit as end:
            assert end.code == 0, end.code
        print("imported:", *sorted(set({sorted(HOMES)!r}) & set(sys.modules)))
    """
    done = python("\n".join(line[8:] for line in program.splitlines()))
    assert done.returncode == 0, done.stderr
    heavy = done.stdout.rpartition("imported:")[2].split()
    assert not heavy, (
        f"plainpied {' '.join(arguments)} imports {', '.join(heavy)}: in planner/cli.py, move the import that needs "
        "it from the top of the module into the function of its command"
    )


def test_folders_are_named_by_what_they_hold_and_lie_at_most_two_deep() -> None:
    names = [Path(*module.split(".")) for module in modules_of(ROOT)]
    empty = sorted({str(name) for name in names if SAYS_NOTHING & set(name.parts)})
    assert not empty, f"{', '.join(empty)}: the name says nothing; name it by its subject (docs/architecture.md)"
    deep = sorted({str(name) for name in names if len(name.parts) > 3})
    assert not deep, f"{', '.join(deep)}: folders lie at most two deep; a newcomer should see the house at a glance"


def test_modules_are_short_or_say_why_not() -> None:
    lines = {path: len((ROOT / path).read_text("utf-8").splitlines()) for path in files_of(ROOT).values()}
    long = sorted(f"{path} ({n} lines)" for path, n in lines.items() if n > MOST_LINES and path not in LONG)
    assert not long, (
        f"{', '.join(long)}: more than {MOST_LINES} lines is more than one subject; split it by subject, or list it in "
        "LONG of this file with the reason"
    )
    settled = sorted(path for path in LONG if lines.get(path, 0) <= MOST_LINES)
    assert not settled, f"{', '.join(settled)}: no longer long (or gone); strike it from LONG of this file"


# --- The document says the same ----------------------------------------------------------------------


def test_the_table_of_rooms_in_the_document_is_this_one() -> None:
    ours = {name: (set(room.modules), set(room.may_import)) for name, room in ROOMS.items()}
    told = {row[0]: (words_in(row[1]), words_in(row[3])) for row in table_under("## Rooms")}
    assert told == ours, "docs/architecture.md, table under “Rooms”, and ROOMS of this file differ: make them equal"


def test_the_table_of_packages_in_the_document_is_this_one() -> None:
    told = {row[0].strip("`"): words_in(row[1]) for row in table_under("## Outside packages")}
    ours = {package: set(homes) for package, homes in HOMES.items()}
    assert told == ours, "docs/architecture.md, table under “Outside packages”, and HOMES of this file differ"


def test_the_drawing_in_the_document_shows_every_room() -> None:
    drawing = PICTURE.read_text("utf-8").split("```")[1]
    missing = [name for name in ROOMS if name not in drawing.replace("·", " ").split()]
    assert not missing, f"the drawing of docs/architecture.md lacks {', '.join(missing)}"


# --- The laws bite -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "from planner.access import judge",
        "def later():\n    import planner.access.judge",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from planner.access.judge import Verdict",
        "try:\n    from planner.access.judge import Verdict as V\nexcept ImportError:\n    V = None",
    ],
)
def test_an_import_is_seen_wherever_it_stands(tmp_path: Path, code: str) -> None:
    house(tmp_path, {"planner/access/judge.py": "", "planner/feeds/gtfs.py": code})
    assert [one.target for one in imports_of(tmp_path) if one.target.startswith("planner")] == ["planner.access.judge"]
    (fault,) = room_faults(imports_of(tmp_path))
    assert "planner/feeds/gtfs.py, line" in fault
    assert "feeds may import words" in fault


def test_a_package_away_from_home_and_an_unknown_package_are_seen(tmp_path: Path) -> None:
    house(tmp_path, {"planner/routing/plan.py": "import flask\nimport leftpad.left\nimport numpy, json"})
    away, unknown = home_faults(imports_of(tmp_path))
    assert "flask" in away
    assert "webapp" in away
    assert "leftpad" in unknown
    assert "HOMES" in unknown


def test_a_circle_is_seen(tmp_path: Path) -> None:
    house(
        tmp_path,
        {
            "planner/routing/a.py": "from planner.routing import b",
            "planner/routing/b.py": "def f():\n    from planner.routing.c import g",
            "planner/routing/c.py": "from planner.routing.a import h",
        },
    )
    assert {"planner.routing.a", "planner.routing.b", "planner.routing.c"} == set(circle_of(imports_of(tmp_path)))


@pytest.mark.parametrize(
    "code", ["from . import b", "import importlib\nimportlib.import_module('x')", "__import__('x')"]
)
def test_an_import_in_disguise_is_seen(tmp_path: Path, code: str) -> None:
    house(tmp_path, {"planner/routing/a.py": code})
    assert len(disguised_imports(tmp_path)) == 1


def test_a_module_without_a_room_is_seen() -> None:
    assert room_of("planner.tricks") is None
    assert room_of("planner.feeds.gtfs") == "feeds"
    assert room_of("planner") == "words"


# --- Reading the code --------------------------------------------------------------------------------


def files_of(root: Path) -> dict[str, str]:
    """Give every module of the house with its file, both as written in messages."""
    files: dict[str, str] = {}
    for folder in CODE:
        for path in sorted((root / folder).rglob("*.py")):
            inside = path.relative_to(root)
            parts = inside.with_suffix("").parts
            files[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = inside.as_posix()
    return files


def modules_of(root: Path) -> list[str]:
    return list(files_of(root))


def imports_of(root: Path) -> list[Import]:
    """Give every import of every module, also those inside functions and under TYPE_CHECKING."""
    files = files_of(root)
    found = []
    for module, path in files.items():
        for node in ast.walk(ast.parse((root / path).read_text("utf-8"), path)):
            if isinstance(node, ast.Import):
                targets = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                whole = [f"{node.module}.{alias.name}" for alias in node.names]
                targets = list(dict.fromkeys(name if name in files else node.module for name in whole))
            else:
                continue
            found += [Import(module, target, f"{path}, line {node.lineno}") for target in targets]
    return found


def disguised_imports(root: Path) -> list[str]:
    faults = []
    for path in files_of(root).values():
        for node in ast.walk(ast.parse((root / path).read_text("utf-8"), path)):
            if isinstance(node, ast.ImportFrom) and node.level:
                faults.append(f"{path}, line {node.lineno}: write the import absolutely, from planner... or webapp...")
            elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("importlib.import_module", "__import__"):
                faults.append(f"{path}, line {node.lineno}: import by statement, so that the picture can see it")
    return faults


def room_of(module: str) -> str | None:
    """Give the room that names the module itself or the nearest package around it."""
    if module == "planner":  # the package itself is the version; its modules each belong to their own room
        return "words"
    name = module
    while name and name != "planner":
        for room, what in ROOMS.items():
            if name in what.modules:
                return room
        name = name.rpartition(".")[0]
    return None


def room_faults(imports: Iterable[Import]) -> list[str]:
    faults = []
    for one in imports:
        here, there = room_of(one.importer), room_of(one.target)
        if here is None or there is None or here == there or there in ROOMS[here].may_import:
            continue
        allowed = ", ".join(ROOMS[here].may_import) or "nothing of ours"
        faults.append(
            f"{one.where}: {one.importer} imports {one.target}, but {here} may import {allowed}. Take what you need "
            f"through one of these, or move it down to the words; if the house itself should change, change the "
            "picture: docs/architecture.md and ROOMS of tests/test_architecture.py"
        )
    return faults


def home_faults(imports: Iterable[Import]) -> list[str]:
    faults = []
    for one in imports:
        package = one.target.split(".")[0]
        if package in sys.stdlib_module_names or package in CODE:
            continue
        homes = HOMES.get(package)
        if homes is None:
            faults.append(
                f"{one.where}: {package} has no home yet. Is it needed? Then add it to setup.cfg, run make lock, and "
                "give it one in HOMES of tests/test_architecture.py and in docs/architecture.md"
            )
        elif one.importer not in homes and room_of(one.importer) not in homes:
            faults.append(
                f"{one.where}: {one.importer} imports {package}, whose home is {', '.join(homes)}; ask a function "
                "there instead"
            )
    return faults


def circle_of(imports: Iterable[Import]) -> list[str]:
    """Give one circle of imports, closed, or nothing."""
    below: dict[str, set[str]] = {}
    for one in imports:
        if one.target.split(".")[0] in CODE and one.target != one.importer:
            below.setdefault(one.importer, set()).add(one.target)
    try:
        TopologicalSorter(below).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []


def python(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)


def table_under(heading: str) -> list[list[str]]:
    """Give the cells of the first table below a heading of the document, without its head."""
    text = PICTURE.read_text("utf-8")
    assert f"\n{heading}\n" in text, f"docs/architecture.md has no heading “{heading}”"
    lines = text.split(f"\n{heading}\n")[1].split("\n## ")[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    assert len(rows) > 2, f"docs/architecture.md has no table under “{heading}”"
    return rows[2:]


def words_in(cell: str) -> set[str]:
    return {word.strip().strip("`") for word in cell.split(",") if word.strip() not in ("", "-")}


def house(root: Path, files: dict[str, str]) -> None:
    """Build a small house for the laws to be tried on."""
    for name, code in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code, "utf-8")


def tell(faults: Iterable[str]) -> None:
    """Fail with every fault on a line of its own."""
    told = list(faults)
    assert not told, "\n".join(["", *told])
