"""The compiled reader of plain tables gives what the slow one gives, or nothing at all."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.errors import Fault
from planner.feeds import gtfs_plain, gtfs_table
from planner.feeds.archive import open_source
from planner.feeds.gtfs import Feed, read_gtfs
from planner.feeds.gtfs_plain import read_plain
from planner.feeds.gtfs_report import FeedReport
from planner.feeds.gtfs_table import Table, read_table

WANTED = {"a", "b", "c"}
REAL = (
    "amiens/amiens_reconstructed.gtfs.zip", "vilnius/gtfs.zip", "porto_alegre/poa_eptc.zip",
    "porto_alegre/poa_trensurb.zip", "heidelberg/vrn_gtfs_cut.zip", "castres/gtfs.zip", "chateau_thierry/gtfs.zip",
    "caltrain/ct.zip",
)  # fmt: skip


def read(content: bytes, folder: Path) -> tuple[Table | None, FeedReport, list[Fault]]:
    path = folder / "feed.zip"
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("stop_times.txt", content)
    report, faults = FeedReport("x", "feed.zip"), list[Fault]()
    with open_source(path) as source:
        return read_table(source, "stop_times.txt", WANTED, report, faults), report, faults


def both_ways(content: bytes, folder: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Compare the two readers; says whether the compiled one read the table."""
    told: list[object] = []

    def watched(stream: io.BufferedReader, choose: Callable[[list[str]], dict[int, str]]) -> object:
        told.append(read_plain(stream, choose))
        return told[-1]

    monkeypatch.setattr(gtfs_table, "read_plain", watched)
    monkeypatch.setattr(gtfs_table, "PLAIN_FROM_BYTES", 0)
    fast, fast_report, fast_faults = read(content, folder)
    monkeypatch.setattr(gtfs_table, "PLAIN_FROM_BYTES", 10**9)
    slow, slow_report, slow_faults = read(content, folder)
    assert fast_report.as_dict() == slow_report.as_dict()
    assert fast_faults == slow_faults
    assert (fast is None) == (slow is None)
    if fast is not None and slow is not None:
        assert fast.columns.keys() == slow.columns.keys()
        np.testing.assert_array_equal(fast.line, slow.line)
        for name, column in slow.columns.items():
            assert fast.columns[name].values == column.values
            np.testing.assert_array_equal(fast.columns[name].codes, column.codes)
    return any(one is not None for one in told)


@pytest.mark.parametrize(
    ("content", "plain"),
    [
        (b"a,b,c\n1,2,3\n1,5,6\n", True),
        (b"a,b,c\n1,2,3\n4,5,6", True),  # no break at the end
        (b"\xef\xbb\xbfa,b,c\r\n1,,3\r\n4,5,6\r\n", True),  # as Excel writes it
        (b'"a","b",c\n"1, one","",3\n', True),
        (b"a,b,c\n 1 ,2,3\n1,2 ,3\n", True),  # padding
        (b"a,b,c\n\n1,2,3\n\n\n4,5,6\n\n", True),  # blank lines are no rows, and lines
        (b"c,x,a,b\n1,2,3,4\n", True),  # another order, and a column that nobody wants
        ("a,b,c\nÀ l'eau,\u00a0é,3\n".encode(), True),
        (b"a,a,c\n1,2,3\n", True),
        (b"A , B,c\n1,2,3\n", True),
        (b"a,b,c\n", True),
        (b"a,b,c\n1,2\n", False),  # too short
        (b"a,b,c\n1,2,3,\n", False),  # too long
        (b'a,b,c\n"1\n2",2,3\n', False),  # a break within quotes
        (b'a,b,c\n"say ""no""",2,3\n', False),
        (b'a,b,c\n1,2,x"y"\n', False),
        (b'a,b,c\n"1"x,2,3\n', False),
        (b'a,b,c\n1,2,"3\n', False),  # never closed
        ("a,b,c\né,2,3\n".encode("cp1252"), False),
        ("a,b,c\n1,2,3\n".encode("utf-16"), False),
        (b"a,b,c\n1,\0,3\n", False),
        (b"a,b,c\n , ,\n1,2,3\n", False),  # a row of blanks is none
        (b"\n\na,b,c\n1,2,3\n", False),
        (b"", False),
        (b"\n \n", False),
        (b"a,b,c\r1,2,3\r", False),
    ],
)  # fmt: skip
def test_both_readers_agree(content: bytes, plain: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert both_ways(content, tmp_path, monkeypatch) is plain


@settings(max_examples=300)
@given(data=st.data())
def test_both_readers_agree_on_whatever_comes(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    field = st.one_of(
        st.sampled_from(
            ["", "1", "08:00:00", "25:10:00", " x ", '"q"', '"a,b"', '"', 'a"b', "é", "\u200b", "\t", "\r"]
        ),
        st.text('01ab ,"\n\ré', max_size=12),
    )
    rows = data.draw(st.lists(st.lists(field, min_size=1, max_size=4), max_size=12))
    ends = data.draw(st.sampled_from(["\n", "\r\n", "\r"]))
    content = "a,b,c" + ends + ends.join(",".join(row) for row in rows) + data.draw(st.sampled_from(["", ends]))
    block = data.draw(st.integers(8, 64))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gtfs_plain, "BLOCK_BYTES", block)
        both_ways(content.encode(), tmp_path_factory.mktemp("feed"), patch)


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.text("ab", max_size=20), st.integers(0, 10**12)), min_size=1, max_size=60),
    st.integers(64, 300),
)
def test_a_table_of_many_blocks_is_read_as_one(rows: list[tuple[str, int]], block: int) -> None:
    content = "a,b\n" + "".join(f"x{text},{number}\n" for text, number in rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gtfs_plain, "BLOCK_BYTES", block)
        patch.setattr(gtfs_plain, "FIRST_SLOTS", 4)
        patch.setattr(gtfs_plain, "FIRST_TEXTS", 1)
        patch.setattr(gtfs_plain, "FIRST_BYTES", 1)
        stream = cast(io.BufferedReader, io.BytesIO(content.encode()))
        plain = read_plain(stream, lambda header: dict(enumerate(header)))
    assert plain is not None
    texts = [[plain.values[name][code] for code in plain.codes[name]] for name in "ab"]
    assert texts == [[f"x{text}" for text, _ in rows], [str(number) for _, number in rows]]
    assert plain.line.tolist() == list(range(2, len(rows) + 2))


@pytest.mark.parametrize("name", REAL)
def test_both_readers_agree_on_every_real_feed(
    name: str, testdata: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, read_fast = testdata(name), list[bool]()

    def watched(stream: io.BufferedReader, choose: Callable[[list[str]], dict[int, str]]) -> object:
        plain = read_plain(stream, choose)
        read_fast.append(plain is not None)
        return plain

    monkeypatch.setattr(gtfs_table, "read_plain", watched)
    fast = read_gtfs(path, "x")
    monkeypatch.setattr(gtfs_table, "PLAIN_FROM_BYTES", 10**12)
    slow = read_gtfs(path, "x")
    assert any(read_fast), "the compiled reader read no table of this feed"
    for part in fields(Feed):
        a, b = getattr(fast, part.name), getattr(slow, part.name)
        if isinstance(b, pd.DataFrame):
            pd.testing.assert_frame_equal(a, b, obj=part.name)
        elif isinstance(b, np.ndarray):
            np.testing.assert_array_equal(a, b, err_msg=part.name)
        elif part.name == "report":
            assert a.as_dict() == b.as_dict()
        else:
            assert a == b, part.name
