"""Save and open a network: one folder, arrays memory-mapped, a manifest that says what is in it.

A build is written beside its place and moved there when it is whole, so that a reader sees the old network
or the new one and nothing between. ``manifest.json`` holds the format version, the hash of every source and
of every file.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np

import planner
from planner.errors import NetworkError
from planner.network.knowledge import knowledge_as_json, knowledge_from_json
from planner.network.tables import Network, Strings

FORMAT = 3  # raise it with every change of planner.network.tables: an old folder is refused, never misread
MANIFEST = "manifest.json"
BY_HAND = "*.toml"  # written into the folder by somebody, not by a build: a rebuild keeps it
NOT_COLUMNS = ("folder", "knowledge")
FAR, NEAR = "ground-far.pmtiles", "ground-near.pmtiles"  # the ground below a map, where it is known


def save_network(
    network: Network, folder: Path, sources: dict[str, str], also: Callable[[Path], object] | None = None
) -> None:
    """Write ``network`` as ``folder``, replacing what a former build left there; files written by hand stay.

    Parameters
    ----------
    sources
        What it was built from and its hash, for the manifest.
    also
        Writes further files into the folder that it is given; the manifest tells of them too.

    Raises
    ------
    NetworkError
        ``folder`` exists and is no network of ours: nothing is overwritten.
    """
    folder = folder.absolute()
    if folder.exists() and not (folder / MANIFEST).exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NetworkError(f"{folder} exists and is not a network; choose another folder or remove it yourself")
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        if also is not None:
            also(beside)
        _write(network, beside, sources)
        for path in folder.glob(BY_HAND):
            shutil.copy2(path, beside)
        _swap(beside, folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def open_network(folder: Path) -> Network:
    """Open a built network; its arrays stay on disk until they are read.

    Raises
    ------
    NetworkError
        The folder is missing, damaged, or of another format version.
    """
    manifest = read_manifest(folder)
    for name, said in manifest["files"].items():
        path = folder / name
        if not path.is_file() or path.stat().st_size != said["bytes"]:
            raise NetworkError(f"{folder} is damaged ({name} is missing or cut); build it again")
    try:
        words = json.loads((folder / "words.json").read_text("utf-8"))
        parts = {
            name: _read_part(kind, name, folder)
            for name, kind in get_type_hints(Network).items()
            if name not in NOT_COLUMNS and (is_dataclass(kind) or kind is Strings)
        }
        knowledge = knowledge_from_json(json.loads((folder / "knowledge.json").read_text("utf-8")))
        return Network(folder=folder, knowledge=knowledge, **words, **parts)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NetworkError(f"{folder} is damaged ({error}); build it again") from error


def ground_files(folder: Path) -> dict[str, str]:
    """Give the files of the ground below a map that a built network has, each with its SHA-256."""
    files = read_manifest(folder)["files"]
    return {name: str(files[name]["sha256"]) for name in (FAR, NEAR) if name in files}


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read and check the manifest alone.

    Raises
    ------
    NetworkError
        As ``open_network``.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise NetworkError(f"{folder} is not a network; build one with: plainpied build {folder} --gtfs FEED")
    try:
        manifest = json.loads(path.read_text("utf-8"))
        found = manifest["format"]
        sizes = [int(said["bytes"]) for said in manifest["files"].values()]
        if not sizes:
            raise ValueError("no files")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise NetworkError(f"{path} is damaged; build the network again") from error
    if found != FORMAT:
        raise NetworkError(
            f"{folder} has format {found} and this is plainpied {planner.__version__}, which reads format {FORMAT};"
            " build it again"
        )
    return dict(manifest)


def same_sources(folder: Path, sources: dict[str, str]) -> bool:
    """Tell whether ``folder`` was built by this version from exactly these sources."""
    try:
        manifest = read_manifest(folder)
    except NetworkError:
        return False
    return bool(manifest.get("sources") == sources and manifest.get("version") == planner.__version__)


def file_hash(path: Path) -> str:
    """SHA-256 of one file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(network: Network, folder: Path, sources: dict[str, str]) -> None:
    words: dict[str, Any] = {}
    for part in fields(network):
        value = getattr(network, part.name)
        if part.name in NOT_COLUMNS:
            continue
        if is_dataclass(value):
            _write_table(value, folder, part.name)
        elif isinstance(value, Strings):
            _write_column(value, folder, part.name)
        else:
            words[part.name] = value
    (folder / "words.json").write_text(json.dumps(words, ensure_ascii=False, indent=1), "utf-8")
    knowledge = knowledge_as_json(network.knowledge)
    (folder / "knowledge.json").write_text(json.dumps(knowledge, ensure_ascii=False, allow_nan=False), "utf-8")
    (folder / "report.json").write_text(json.dumps(network.report, ensure_ascii=False, indent=1), "utf-8")
    span = network.service_span
    manifest = {
        "format": FORMAT,
        "version": planner.__version__,
        "name": network.name,
        "title": network.title,
        "built": datetime.now(UTC).isoformat(timespec="seconds"),
        "service": [day.isoformat() for day in span] if span else None,
        "counts": {
            "stops": len(network.stops.id),
            "routes": len(network.routes.id),
            "trips": len(network.trips.id),
            "stop_times": len(network.events.arrival_s),
        },
        "sources": sources,
        "files": {
            path.name: {"bytes": path.stat().st_size, "sha256": file_hash(path)} for path in sorted(folder.iterdir())
        },
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), "utf-8")


def _write_table(table: Any, folder: Path, name: str) -> None:
    for column in fields(table):
        value = getattr(table, column.name)
        if is_dataclass(value):
            _write_table(value, folder, f"{name}.{column.name}")
        else:
            _write_column(value, folder, f"{name}.{column.name}")


def _write_column(value: Any, folder: Path, name: str) -> None:
    if isinstance(value, Strings):
        np.save(folder / f"{name}.text.npy", value.block, allow_pickle=False)
        np.save(folder / f"{name}.at.npy", value.offset, allow_pickle=False)
    else:
        np.save(folder / f"{name}.npy", np.ascontiguousarray(value), allow_pickle=False)


def _read_part(kind: Any, name: str, folder: Path) -> Any:
    if kind is Strings:
        return _read_column(kind, name, folder)
    columns = get_type_hints(kind)
    return kind(**{column: _read_column(hint, f"{name}.{column}", folder) for column, hint in columns.items()})


def _read_column(kind: Any, name: str, folder: Path) -> Any:
    if is_dataclass(kind):
        return _read_part(kind, name, folder)
    if kind is Strings:
        return Strings(_map(folder / f"{name}.text.npy"), _map(folder / f"{name}.at.npy"))
    return _map(folder / f"{name}.npy")


def _map(path: Path) -> Any:
    # "c" (copy on write), not "r": numba compiles a second version of every kernel for read-only arrays.
    # memmap refuses empty files, and a view as plain ndarray keeps numba's and mypy's type simple.
    array = np.load(path, mmap_mode="c", allow_pickle=False)
    return array.view(np.ndarray) if array.size else np.load(path, allow_pickle=False)


def _swap(beside: Path, folder: Path) -> None:
    """Move the finished build into place; a reader that has the old one mapped keeps it."""
    beside.chmod(0o755)
    if not folder.exists():
        beside.rename(folder)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}.old.", dir=folder.parent))
    folder.rename(old / "network")
    try:
        beside.rename(folder)
    except OSError:
        (old / "network").rename(folder)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)
