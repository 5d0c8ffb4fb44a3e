"""Tables are read however they are written; what cannot be read is refused with file, line and cure."""

from contextlib import suppress
from pathlib import Path

import pytest
from gtfs_world import TABLES, feed_of, tables, text_of, write_folder, write_zip
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.errors import FeedError
from planner.feeds.gtfs import Feed, read_gtfs

HEADER = "stop_id,stop_name,stop_lat,stop_lon\n"


def read(folder: Path, **changes: str | bytes | None) -> Feed:
    return read_gtfs(feed_of(folder, **changes), "town")


def faults(folder: Path, **changes: str | bytes | None) -> str:
    with pytest.raises(FeedError) as caught:
        read(folder, **changes)
    return "\n".join(map(str, caught.value.faults))


def names(feed: Feed) -> list[str]:
    return feed.stops["name"].tolist()


def noted(feed: Feed, file: str) -> dict[str, int]:
    return {remark: tally.count for remark, tally in feed.report.tables[file].noted.items()}


def dropped(feed: Feed, file: str) -> dict[str, tuple[int, list[int]]]:
    return {reason: (tally.count, tally.lines) for reason, tally in feed.report.tables[file].dropped.items()}


def test_a_clean_feed_is_read_and_nothing_is_said_of_it(tmp_path: Path) -> None:
    feed = read(tmp_path)
    assert names(feed) == ["Market", "Dock", "Hospital"]
    assert feed.stops["id"].tolist() == ["town:market", "town:dock", "town:hospital"]
    assert len(feed.trips) == 2
    for table in feed.report.tables.values():
        assert [table.dropped, table.noted, table.unknown_columns] == [{}, {}, []]


def test_headers_and_values_may_be_padded_and_in_capitals(tmp_path: Path) -> None:
    stops = ' Stop_ID , stop_name," stop_lat "\t,STOP_LON\n market , Market\t, 49.9 ,2.3\ndock,"Dock ",49.91,2.3\n'
    feed = read(tmp_path, stops=stops + "hospital,\u00a0Hospital,49.93,2.3\n")
    assert names(feed) == ["Market", "Dock", "Hospital"]
    assert len(feed.stop_times) == 5


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_is_found(tmp_path: Path, encoding: str) -> None:
    feed = read(tmp_path, stops=text_of(TABLES["stops.txt"]).replace("Market", "Marché œuvre").encode(encoding))
    assert names(feed)[0] == "Marché œuvre"
    assert noted(feed, "stops.txt") == ({"is not UTF-8: read as cp1252": 1} if encoding == "cp1252" else {})


def test_a_letter_of_latin_1_far_down_does_not_count_rows_twice(tmp_path: Path) -> None:
    rows = [f"s{i},Stop {i},49.9,2.3" for i in range(60_000)]
    feed = read(tmp_path, stops=(text_of(TABLES["stops.txt"]) + "\n".join([*rows, "z,Né,49.9,2.3"])).encode("latin-1"))
    assert feed.report.tables["stops.txt"].read == len(feed.stops) == 60_004
    assert names(feed)[-1] == "Né"


def test_line_breaks_in_quotes_belong_to_the_value_and_lines_are_still_numbered(tmp_path: Path) -> None:
    stops = 'stop_id,"stop_name\n",stop_lat,stop_lon,"platform\n_code"\nmarket,"Mar\nket",49.9,2.3,A\n'
    feed = read(tmp_path, stops=stops + "dock,Dock,49.91,2.3,B\nhospital,Hospital,x,2.3,C\n")
    assert names(feed) == ["Mar ket", "Dock"]
    assert feed.stops["platform_code"].tolist() == ["A", "B"]
    assert dropped(feed, "stops.txt") == {"no possible position, and no parent that has one": (1, [7])}


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way_and_blank_ones_are_no_rows(tmp_path: Path, ending: str) -> None:
    text = "\n\n" + text_of(TABLES["stops.txt"]).replace("\ndock", "\n\n  \ndock").rstrip()
    feed = read(tmp_path, stops=text.replace("\n", ending).encode())
    assert names(feed) == ["Market", "Dock", "Hospital"]
    assert feed.report.tables["stops.txt"].read == 3


def test_unknown_columns_and_files_are_listed(tmp_path: Path) -> None:
    stops = HEADER.replace("\n", ",colour\n") + "market,Market,49.9,2.3,red\ndock,Dock,49.9,2.3,\n"
    feed = read(tmp_path, stops=stops, secrets="a,b\n", stop_times=None, trips=None)
    assert feed.report.tables["stops.txt"].unknown_columns == ["colour"]
    assert feed.report.files_not_used == ["secrets.txt"]
    assert "colour" in "\n".join(feed.report.lines())


def test_a_column_that_is_there_twice_is_read_once(tmp_path: Path) -> None:
    stops = "stop_id,stop_name,stop_lat,stop_lon,stop_name\nmarket,Market,49.9,2.3,Other\n"
    feed = read(tmp_path, stops=stops, trips=None, stop_times=None)
    assert names(feed) == ["Market"]
    assert noted(feed, "stops.txt") == {"has the column stop_name twice; the first is read": 1}


def test_short_rows_are_filled_and_rows_with_a_surplus_are_dropped(tmp_path: Path) -> None:
    stops = (
        "stop_id,stop_lat,stop_lon,stop_name\nmarket,49.9,2.3\ndock,49.9,2.3,Dock,,\nhospital,49.9,2.3,Hos,pital\n"
        "a,49,2,A\n"
    )
    feed = read(tmp_path, stops=stops)
    assert feed.stops["id"].tolist() == ["town:market", "town:dock", "town:a"]
    assert noted(feed, "stops.txt")["fewer fields than columns; the missing ones are blank"] == 1
    assert dropped(feed, "stops.txt") == {"more fields than the header has columns": (1, [4])}
    assert feed.report.tables["stops.txt"].read == 4
    assert feed.report.tables["stops.txt"].kept == 3


def test_nul_bytes_are_taken_off(tmp_path: Path) -> None:
    feed = read(tmp_path, stops=text_of(TABLES["stops.txt"]).replace("Market", "Mar\0ket\0").encode())
    assert names(feed)[0] == "Market"
    assert len(feed.stop_times) == 5


def test_tables_may_lie_in_a_folder_in_capitals_beside_junk(tmp_path: Path) -> None:
    members = {f"export/{name.upper()}": content for name, content in tables().items()}
    junk = {"__MACOSX/export/stops.txt": b"\0\5", "__MACOSX/export/._stops.txt": b"\0\5", "export/.DS_Store": b"\1"}
    feed = read_gtfs(write_zip(tmp_path / "town.zip", junk | members), "town")
    assert names(feed) == ["Market", "Dock", "Hospital"]
    assert feed.report.files_not_used == []


def test_a_folder_is_read_like_a_zip(tmp_path: Path) -> None:
    from_folder, from_zip = read_gtfs(write_folder(tmp_path / "town", tables()), "town"), read(tmp_path)
    for table in ("stops", "trips", "stop_times"):
        assert getattr(from_folder, table).equals(getattr(from_zip, table))
    assert from_folder.source_hash != from_zip.source_hash


def test_two_feeds_in_one_zip_are_refused_with_their_names(tmp_path: Path) -> None:
    members = {f"{folder}/{name}": content for name, content in tables().items() for folder in ("bus", "rail")}
    with pytest.raises(FeedError, match="several feeds, in bus, rail"):
        read_gtfs(write_zip(tmp_path / "both.zip", members), "town")


def test_a_zip_in_a_zip_is_refused_with_its_cure(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="give the zip inside"):
        read_gtfs(write_zip(tmp_path / "outer.zip", {"gtfs.zip": b"PK"}), "town")


def test_a_table_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "town", tables(stops=None))
    (folder / "stops.txt").mkdir()
    with pytest.raises(FeedError, match=r"stops\.txt: this is a folder"):
        read_gtfs(folder, "town")


def test_a_source_without_stops_is_refused(tmp_path: Path) -> None:
    assert faults(tmp_path, stops=None) == (
        "stops.txt: this file is missing (is this a GTFS feed? Every feed needs its stops)"
    )


@pytest.mark.parametrize("content", [b"", b"\n\n", HEADER.encode()])
def test_stops_without_a_row_are_refused(tmp_path: Path, content: bytes) -> None:
    assert "stops.txt: this file has no stops" in faults(tmp_path, stops=content)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    said = faults(
        tmp_path,
        stops="stop_name,stop_lat\nMarket,49.9\n",
        agency="agency_name,agency_timezone\nA,Europe/Amiens\n",
        routes=None,
        calendar=None,
    )
    assert said.splitlines() == [
        "stops.txt, line 1, stop_id: this required column is missing (add it, or export the feed again)",
        "stops.txt, line 1, stop_lon: this required column is missing (add it, or export the feed again)",
        "agency.txt, agency_timezone: 'Europe/Amiens' is no time zone that is known here "
        "(write an IANA name such as Europe/Paris)",
        "routes.txt: this file is missing (a feed with trips needs it; export the feed again)",
        "calendar.txt: this file is missing, and calendar_dates.txt too (a feed with trips needs one of them)",
    ]


def test_a_table_with_semicolons_is_refused_with_its_cure(tmp_path: Path) -> None:
    assert "separated by commas" in faults(tmp_path, stops=text_of(TABLES["stops.txt"]).replace(",", ";"))


@pytest.mark.parametrize("rows", [10, 100_000])
def test_a_quote_that_is_never_closed_is_refused_with_its_line(tmp_path: Path, rows: int) -> None:
    tail = "".join(f"s{i},Stop {i},49.9,2.3\n" for i in range(rows))
    said = faults(tmp_path, stops=HEADER + 'market,"Mar""ket,49.9,2.3\n' + tail)
    assert said.startswith("stops.txt, line ")
    assert "never closed" in said


def test_a_quote_that_is_never_closed_in_the_header_is_refused(tmp_path: Path) -> None:
    assert "stops.txt, line 1: a quotation mark" in faults(tmp_path, stops='stop_id,"stop_name,stop_lat\nmarket,M,4\n')


def test_a_huge_field_is_refused_before_it_is_gathered(tmp_path: Path) -> None:
    said = faults(tmp_path, stops=HEADER + "market," + "x" * 3_000_000 + ",49.9,2.3\n")
    assert "stops.txt, line 2: this line is longer" in said
    said = faults(tmp_path, stops=HEADER + "market," + "x" * 200_000 + ",49.9,2.3\n")
    assert "stops.txt, line 2: a field has more than 131,072 characters" in said


def test_a_huge_header_is_refused(tmp_path: Path) -> None:
    assert "columns" in faults(tmp_path, stops=",".join(f"c{i}" for i in range(2000)) + "\n")


def test_a_broken_table_that_a_feed_can_do_without_is_left_out_and_that_is_said(tmp_path: Path) -> None:
    feed = read(tmp_path, shapes='shape_id,shape_pt_lat\n"1,2\n', transfers="", feed_info=b"feed_lang\nfr\n")
    assert feed.shape_ids == []
    assert list(noted(feed, "shapes.txt")) == ["is not used: a quotation mark is opened and never closed"]
    assert list(noted(feed, "transfers.txt")) == ["is empty"]
    assert feed.lang == "fr"


def test_control_characters_of_a_feed_never_reach_the_terminal(tmp_path: Path) -> None:
    feed = read(tmp_path, stops=text_of(TABLES["stops.txt"]).replace("stop_lon", "stop_lon,\x1b[2Jx"))
    assert not any("\x1b" in line for line in feed.report.lines())


TEXT = st.text(alphabet='aé0123456789:,"\n\r\0;-. mark', max_size=60)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(sorted(TABLES)), st.tuples(TEXT, st.integers(0, 200)), min_size=1))
def test_whatever_stands_in_the_tables_only_a_feed_error_comes_out(
    tmp_path: Path, edits: dict[str, tuple[str, int]]
) -> None:
    members = tables()
    for name, (text, at) in edits.items():
        members[name] = members[name][:at] + text.encode() + members[name][at:]
    with suppress(FeedError):
        feed = read_gtfs(write_zip(tmp_path / "town.zip", members), "town")
        assert feed.stop_times["trip"].between(0, len(feed.trips) - 1).all()
        assert feed.stop_times["stop"].between(0, len(feed.stops) - 1).all()
