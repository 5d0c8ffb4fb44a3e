"""Open a source, a zip file or a folder, and hand out its members as bytes without ever extracting or trusting it.

Sizes in a zip's directory are what the sender claims; bytes are counted again while they are inflated.
"""

from __future__ import annotations

import hashlib
import io
import os
import stat
import struct
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from itertools import islice
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import IO, Self

from planner.errors import Fault, FeedError

GIB = 1024**3
MAX_MEMBER_BYTES = 4 * GIB
MAX_TOTAL_BYTES = 8 * GIB
MAX_MEMBERS = 10_000
MAX_RATIO = 200  # uncompressed : compressed; real tables reach about 30, the worst bombs 1032
RATIO_FROM_BYTES = 100_000_000  # a small table of equal rows may compress that well
MAX_DIRECTORY_BYTES = 16 * 1024**2  # of a zip: 10,000 members with names of 1,600 bytes
BLOCK_BYTES = 1024**2
MAX_FAULTS = 10  # of hostile members: nobody reads ten thousand
_END_OF_DIRECTORY = b"PK\x05\x06"
_END64_OFFSET, _END64_SIZE_AT = 76, 40  # the zip64 record ends 20 bytes before the classic one, and is 56 long
_PLAIN = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})  # the others inflate without a bound
_ENCRYPTED = 0x1
# what zipfile lets out when bytes are damaged on purpose, found by fuzzing; not only its own error
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,  # NotImplementedError too
    ValueError,
    LookupError,
    ArithmeticError,
)


def open_source(path: Path) -> Source:
    """Open a zip file or a folder for reading; close it, or use it in a ``with`` statement.

    Raises
    ------
    FeedError
        The path is missing, is neither a zip nor a folder, or is not safe to read.
    """
    if not path.exists():
        raise _refusal(path, "there is no such file or folder", "check the path")
    if path.is_dir():
        return FolderSource(path)
    if not path.is_file():
        raise _refusal(path, "this is neither a file nor a folder", "give a zip file or a folder of tables")
    return ZipSource(path)


def source_hash(path: Path) -> str:
    """Say which source this is: the SHA-256 of a file, or of the sorted names and contents of a folder."""
    digest = hashlib.sha256()
    if path.is_dir():
        with FolderSource(path) as source:
            for name in sorted(source.names):
                digest.update(name.encode(errors="surrogateescape") + b"\0" + str(source.size(name)).encode() + b"\0")
                _feed(digest, source.open(name))
    else:
        if not path.is_file():
            raise _refusal(path, "there is no such file or folder", "check the path")
        _feed(digest, path.open("rb"))
    return digest.hexdigest()


class Source(ABC):
    """The members of a zip or folder: names with ``/``, in the order found; folders apart."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.names: list[str] = []
        self.folders: set[str] = set()

    @abstractmethod
    def size(self, name: str) -> int:
        """Give the size in bytes that the member claims to have."""

    @abstractmethod
    def _open(self, name: str) -> IO[bytes]: ...

    @abstractmethod
    def close(self) -> None:
        """Let go of the file."""

    def open(self, name: str) -> io.BufferedReader:
        """Stream the bytes of one member; a member longer than it claims raises FeedError while it is read."""
        try:
            raw = self._open(name)
        except _DAMAGE as error:
            raise FeedError(str(self.path), [_damaged(name, error)]) from error
        return io.BufferedReader(_Counted(raw, self.size(name), name, self.path), BLOCK_BYTES)

    def read(self, name: str) -> bytes:
        """Give all bytes of one member; for small members."""
        with self.open(name) as stream:
            return stream.read()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def _refuse_hostile_sizes(self) -> None:
        faults = [
            Fault(name, f"would unpack to {self.size(name) / GIB:.1f} GiB", f"the limit is {MAX_MEMBER_BYTES / GIB:g}")
            for name in self.names
            if self.size(name) > MAX_MEMBER_BYTES
        ]
        total = sum(map(self.size, self.names))
        if total > MAX_TOTAL_BYTES:
            limit = f"the limit is {MAX_TOTAL_BYTES / GIB:g}"
            faults.append(Fault(self.path.name, f"would unpack to {total / GIB:.1f} GiB in all", limit))
        if faults:
            raise FeedError(str(self.path), faults)


class ZipSource(Source):
    """The members of a zip file."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        _refuse_long_directory(path)
        try:
            self._zip = zipfile.ZipFile(path)
        except _DAMAGE as error:
            raise _refusal(path, f"this zip is damaged: {error}", "fetch it again") from error
        try:
            self._check()
        except FeedError:
            self.close()
            raise

    def size(self, name: str) -> int:
        """Give the size in bytes that the zip claims."""
        return self._members[name].file_size

    def close(self) -> None:
        """Let go of the zip."""
        self._zip.close()

    def _open(self, name: str) -> IO[bytes]:
        return self._zip.open(self._members[name])

    def _check(self) -> None:
        infos = self._zip.infolist()
        if len(infos) > MAX_MEMBERS:
            raise _refusal(self.path, f"it has {len(infos):,} members", f"the limit is {MAX_MEMBERS:,}")
        if not infos:
            raise _refusal(self.path, "this zip is empty", "give a zip that holds the tables")
        faults = list(islice((fault for info in infos for fault in _member_faults(info)), MAX_FAULTS))
        if faults:
            raise FeedError(str(self.path), faults)
        self._members: dict[str, zipfile.ZipInfo] = {}
        for info in infos:
            name = _tidy(info.filename)
            if info.filename.endswith(("/", "\\")):
                self.folders.add(name)
            else:
                self._members[name] = info  # of two members with one name the later counts, as for every unzip
        self.names = list(self._members)
        self._refuse_hostile_sizes()


class FolderSource(Source):
    """The files below a folder; links may not lead out of it."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._members: dict[str, tuple[Path, int]] = {}
        faults: list[Fault] = []
        root = path.resolve()
        for entry in _walk(path):
            name = entry.relative_to(path).as_posix()
            if not entry.resolve().is_relative_to(root):
                faults.append(Fault(name, "this link leads out of the folder", "put the file itself there"))
            elif entry.is_dir():
                self.folders.add(name)
            elif entry.is_file():
                self._members[name] = (entry, entry.stat().st_size)
            else:
                faults.append(Fault(name, "this is not an ordinary file", "remove it"))
            if len(self._members) > MAX_MEMBERS:
                raise _refusal(path, f"it has more than {MAX_MEMBERS:,} files", "give the folder of one feed")
        if faults:
            raise FeedError(str(path), faults)
        self.names = list(self._members)
        if not self.names:
            raise _refusal(path, "this folder is empty", "give a folder that holds the tables")
        self._refuse_hostile_sizes()

    def size(self, name: str) -> int:
        """Give the size in bytes when the folder was listed."""
        return self._members[name][1]

    def close(self) -> None:
        """Nothing is held open."""

    def _open(self, name: str) -> IO[bytes]:
        return self._members[name][0].open("rb")


class _Counted(io.RawIOBase):
    """Pass bytes on, and stop where a member turns out longer than it claims, or damaged."""

    def __init__(self, raw: IO[bytes], size: int, name: str, path: Path) -> None:
        self._raw, self._left, self._name, self._path = raw, size, name, path

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._raw.close()
        super().close()

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._raw.read(len(buffer))
        except _DAMAGE as error:
            raise FeedError(str(self._path), [_damaged(self._name, error)]) from error
        self._left -= len(data)
        if self._left < 0:
            fault = Fault(self._name, "this member is longer than it claims to be", "fetch the source again")
            raise FeedError(str(self._path), [fault])
        buffer[: len(data)] = data
        return len(data)


def _refusal(path: Path, problem: str, cure: str) -> FeedError:
    return FeedError(str(path), [Fault(path.name, problem, cure)])


def _damaged(name: str, error: Exception) -> Fault:
    return Fault(name, f"this member cannot be unpacked: {error or type(error).__name__}", "fetch the source again")


def _tidy(name: str) -> str:
    return name.replace("\\", "/").rstrip("/")


def _member_faults(info: zipfile.ZipInfo) -> Iterator[Fault]:
    name = info.filename.replace("\\", "/")
    shown = repr(info.filename[:200])
    if not name.strip("/"):
        yield Fault(shown, "this member has no name", "pack the archive again")
    if name.startswith("/") or ".." in PurePosixPath(name).parts or name[1:2] == ":":
        yield Fault(shown, "this name leads out of the archive", "do not trust this file; ask its sender")
    if info.flag_bits & _ENCRYPTED:
        yield Fault(shown, "this member is encrypted", "give an archive without a password")
    if info.compress_type not in _PLAIN:
        yield Fault(shown, "this member is compressed in an unusual way", "pack it again as an ordinary zip")
    if info.file_size > RATIO_FROM_BYTES and info.file_size > MAX_RATIO * info.compress_size:
        ratio = f"{info.file_size / max(info.compress_size, 1):,.0f}"
        yield Fault(shown, f"this member unpacks to {ratio} times its size", "this is no table; do not trust this file")
    if stat.S_ISLNK(info.external_attr >> 16):
        yield Fault(shown, "this member is a link", "put the file itself there")


def _refuse_long_directory(path: Path) -> None:
    """Look at the claimed size of the zip's directory before the library reads it whole into memory."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        if size == 0:
            raise _refusal(path, "this file is empty", "fetch it again")
        file.seek(max(0, size - 65_536 - 22 - _END64_OFFSET))
        tail = file.read()
    at = tail.rfind(_END_OF_DIRECTORY)
    if at < 0 or len(tail) < at + 22:
        raise _refusal(path, "this file is no zip", "give a zip file or a folder of tables")
    directory_bytes = int.from_bytes(tail[at + 12 : at + 16], "little")
    if directory_bytes == 0xFFFFFFFF and at >= _END64_OFFSET:
        start = at - _END64_OFFSET + _END64_SIZE_AT
        directory_bytes = int.from_bytes(tail[start : start + 8], "little")
    if directory_bytes > MAX_DIRECTORY_BYTES:
        raise _refusal(path, "its list of members is too long", f"the limit is {MAX_MEMBERS:,} members")


def _walk(root: Path) -> Iterator[Path]:
    """Yield what lies below a folder, sorted, without following links to folders."""
    for folder, subfolders, files in os.walk(root):
        subfolders.sort()
        for name in sorted(subfolders + files):
            yield Path(folder) / name


def _feed(digest: hashlib._Hash, stream: IO[bytes]) -> None:
    with stream:
        while block := stream.read(BLOCK_BYTES):
            digest.update(block)
