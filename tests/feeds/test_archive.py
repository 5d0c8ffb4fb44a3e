"""A source is read without trusting it: nothing leads out, nothing inflates without end, all refusals are sentences."""

import os
import struct
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from gtfs_world import write_folder, write_zip
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.errors import FeedError
from planner.feeds import archive
from planner.feeds.archive import open_source, source_hash

MEMBERS = {"stops.txt": b"stop_id\nmarket\n", "inner/trips.txt": b"trip_id\n" * 500}


def refusal(path: Path) -> str:
    with pytest.raises(FeedError) as caught:
        open_source(path).close()
    assert str(path) in str(caught.value)
    return "\n".join(map(str, caught.value.faults))


def patched(path: Path, old: bytes, new: bytes) -> Path:
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new))
    return path


def test_a_zip_and_a_folder_give_the_same_members(tmp_path: Path) -> None:
    for path in (write_zip(tmp_path / "town.zip", MEMBERS), write_folder(tmp_path / "town", MEMBERS)):
        with open_source(path) as source:
            assert {name: source.read(name) for name in source.names} == MEMBERS
            assert source.size("stops.txt") == len(MEMBERS["stops.txt"])


def test_a_missing_path_is_refused(tmp_path: Path) -> None:
    assert "no such file" in refusal(tmp_path / "nowhere.zip")
    with pytest.raises(FeedError, match="no such file"):
        source_hash(tmp_path / "nowhere.zip")


def test_a_file_that_is_no_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "town.zip"
    path.write_bytes(b"<html>404 not found</html>" * 100)
    assert "no zip" in refusal(path)


def test_an_empty_file_an_empty_zip_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.zip").touch()
    (tmp_path / "folder").mkdir()
    assert "empty" in refusal(tmp_path / "empty.zip")
    assert "empty" in refusal(write_zip(tmp_path / "nothing.zip", {}))
    assert "empty" in refusal(tmp_path / "folder")


def test_a_truncated_zip_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "town.zip", MEMBERS)
    path.write_bytes(path.read_bytes()[:60])
    assert "no zip" in refusal(path)


@pytest.mark.parametrize("name", ["../stops.txt", "/etc/passwd", "a/../../stops.txt", "..\\stops.txt", "C:\\stops.txt"])
def test_a_name_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    assert "leads out" in refusal(write_zip(tmp_path / "town.zip", {"stops.txt": b"", name: b""}))


def test_a_member_without_a_name_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "town.zip", {"s": b""})
    data = path.read_bytes()
    at = data.find(b"PK\x01\x02")
    central = bytearray(data[at:])
    central[28] = 0  # the length of the name
    end = central.find(b"s", 46)
    del central[end]
    size_at = central.rfind(b"PK\x05\x06") + 12
    central[size_at : size_at + 4] = struct.pack("<L", 46)
    path.write_bytes(data[:at] + bytes(central))
    assert "no name" in refusal(path)


def test_hostile_names_are_not_listed_by_the_thousand(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "town.zip", {f"../{i}": b"" for i in range(2000)})
    assert len(refusal(path).splitlines()) == archive.MAX_FAULTS


def test_a_folder_made_by_windows_is_still_a_folder(tmp_path: Path) -> None:
    with open_source(write_zip(tmp_path / "town.zip", {"feed\\stops.txt": b"x"})) as source:
        assert source.names == ["feed/stops.txt"]


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "town.zip", {"stops.txt": b"x"})
    data = bytearray(path.read_bytes())
    data[data.find(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))
    assert "encrypted" in refusal(path)


def test_a_member_in_a_compression_without_bound_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "town.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as packed:
        packed.writestr("stops.txt", b"0" * 10_000)
    assert "unusual" in refusal(path)


def test_a_link_inside_a_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "town.zip"
    link = zipfile.ZipInfo("stops.txt")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(link, "/etc/passwd")
    assert "link" in refusal(path)


def test_a_zip_bomb_is_refused_by_its_ratio(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("stops.txt", "w") as member:
        for _ in range(110):
            member.write(b"0" * 1_000_000)
    assert "times its size" in refusal(path)


def test_a_member_that_claims_more_than_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_zip(tmp_path / "town.zip", MEMBERS)
    monkeypatch.setattr(archive, "MAX_MEMBER_BYTES", 1000)
    assert "trips.txt: would unpack" in refusal(path)
    monkeypatch.setattr(archive, "MAX_MEMBER_BYTES", 10_000)
    monkeypatch.setattr(archive, "MAX_TOTAL_BYTES", 4010)
    assert "in all" in refusal(path)


def test_a_member_that_lies_about_its_size_is_refused_while_it_is_read(tmp_path: Path) -> None:
    content = os.urandom(5000)
    path = write_zip(tmp_path / "town.zip", {"stops.txt": content})
    patched(path, struct.pack("<L", 5000), struct.pack("<L", 10))
    with open_source(path) as source, pytest.raises(FeedError, match=r"stops\.txt"):
        source.read("stops.txt")


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "town", {"stops.txt": b"12345"})
    with open_source(folder) as source:
        (folder / "stops.txt").write_bytes(b"123456")
        with pytest.raises(FeedError, match="longer than it claims"):
            source.read("stops.txt")


def test_a_damaged_member_is_refused_while_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "town.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as packed:
        packed.writestr("stops.txt", "stop_id")
    patched(path, b"stop_id", b"stop_ix")
    with open_source(path) as source, pytest.raises(FeedError, match="cannot be unpacked"):
        source.read("stops.txt")


def test_too_many_members_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBERS", 1)
    assert "members" in refusal(write_zip(tmp_path / "town.zip", MEMBERS))
    assert "more than 1 files" in refusal(write_folder(tmp_path / "town", MEMBERS))


def test_an_overlong_directory_is_refused_before_it_is_loaded(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "town.zip", MEMBERS)
    data = bytearray(path.read_bytes())
    end = data.rfind(b"PK\x05\x06")
    data[end + 12 : end + 16] = struct.pack("<L", archive.MAX_DIRECTORY_BYTES + 1)
    path.write_bytes(bytes(data))
    assert "too long" in refusal(path)


def test_a_link_that_leads_out_of_a_folder_is_refused(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "town", MEMBERS)
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "routes.txt").symlink_to(tmp_path / "secret.txt")
    assert "routes.txt: this link leads out" in refusal(folder)


def test_a_pipe_in_a_folder_is_refused_and_does_not_hang(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "town", MEMBERS)
    os.mkfifo(folder / "routes.txt")
    assert "not an ordinary file" in refusal(folder)


def test_the_hash_follows_contents_and_names_and_not_dates(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "a", MEMBERS)
    same = write_folder(tmp_path / "b", dict(reversed(MEMBERS.items())))
    os.utime(same / "stops.txt", (0, 0))
    assert source_hash(folder) == source_hash(same)
    (same / "stops.txt").rename(same / "stop.txt")
    assert source_hash(folder) != source_hash(same)
    path = write_zip(tmp_path / "town.zip", MEMBERS)
    before = source_hash(path)
    assert before == source_hash(path)
    patched(path, b"stops.txt", b"stopz.txt")
    assert before != source_hash(path)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=8))
def test_whatever_is_damaged_only_a_feed_error_comes_out(tmp_path: Path, edits: list[tuple[int, int]]) -> None:
    path = write_zip(tmp_path / "town.zip", MEMBERS)
    data = bytearray(path.read_bytes())
    for at, value in edits:
        data[-1 - at % len(data)] = value
    path.write_bytes(bytes(data))
    with suppress(FeedError), open_source(path) as source:
        for name in source.names:
            assert len(source.read(name)) <= source.size(name)
