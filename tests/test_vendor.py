"""What is fetched for the pages: kept only with its hash, its licence beside it, and missed by nobody without npm."""

import io
import subprocess
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from scripts import vendor


@pytest.fixture
def packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[vendor.Vendored]:
    """One package with two files, given by an npm of our own."""
    contents = {"dist/a.js": b"a", "LICENSE": b"free"}

    def pack(command: list[str], cwd: str, **_: object) -> subprocess.CompletedProcess[str]:
        with tarfile.open(Path(cwd) / "thing.tgz", "w:gz") as archive:
            for name, content in contents.items():
                member = tarfile.TarInfo(f"package/{name}")
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(vendor, "npm", lambda: ["npm"])
    monkeypatch.setattr(vendor.subprocess, "run", pack)
    hashes = (
        "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
        "ad95d5fa651ba86d8923fe1238d24a4f1988a752acfe426ac72ac7c04471bc17",
    )
    return [
        vendor.Vendored("thing", "1.0", name, tmp_path / "out" / Path(name).name, sha256)
        for name, sha256 in zip(contents, hashes, strict=True)
    ]


def test_files_of_a_package_are_kept_with_their_hash(packed: list[vendor.Vendored]) -> None:
    first = packed[0]
    vendor.fetch(("thing", "1.0"), [first])
    assert first.target.read_bytes() == b"a"
    assert vendor.holds(first)
    first.target.write_bytes(b"b")
    assert not vendor.holds(first)


def test_one_wrong_hash_keeps_nothing_of_the_package(packed: list[vendor.Vendored]) -> None:
    with pytest.raises(vendor.VendorError, match="nothing is kept"):
        vendor.fetch(("thing", "1.0"), [packed[0], replace(packed[1], sha256="0" * 64)])
    assert not packed[0].target.exists()
    with pytest.raises(vendor.VendorError, match="nothing is kept"):
        vendor.fetch(("thing", "1.0"), [replace(packed[0], member="dist/gone.js")])


def test_without_npm_the_pages_go_without_and_the_tests_say_what_is_missing(
    packed: list[vendor.Vendored], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(vendor, "FILES", (replace(packed[0], target=vendor.FOR_PAGES / "no-such-file.js"),))
    monkeypatch.setattr(vendor, "npm", lambda: None)
    assert vendor.main(["--pages"]) == 0
    assert "maps stay drawings" in capsys.readouterr().out
    assert vendor.main([]) == 1
    assert "install Node.js" in capsys.readouterr().err


def test_what_pages_serve_comes_with_its_licence() -> None:
    served = [file for file in vendor.FILES if file.target.parent == vendor.FOR_PAGES]
    packages = {file.package for file in served}
    assert packages == {"leaflet", "protomaps-leaflet"}
    assert {file.package for file in served if "LICENSE" in file.member} == packages
