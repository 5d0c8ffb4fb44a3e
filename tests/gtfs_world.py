"""A small GTFS feed as text: three stops, one route, two trips on weekdays; a test says what differs."""

import zipfile
from pathlib import Path
from textwrap import dedent

TABLES = {
    "agency.txt": """
        agency_id,agency_name,agency_url,agency_timezone,agency_phone
        A,Town buses,https://example.org,Europe/Paris,01 23
        """,
    "stops.txt": """
        stop_id,stop_name,stop_lat,stop_lon
        market,Market,49.90,2.30
        dock,Dock,49.91,2.30
        hospital,Hospital,49.93,2.30
        """,
    "routes.txt": """
        route_id,agency_id,route_short_name,route_type
        1,A,1,3
        """,
    "trips.txt": """
        trip_id,route_id,service_id
        early,1,week
        late,1,week
        """,
    "stop_times.txt": """
        trip_id,stop_sequence,stop_id,arrival_time,departure_time
        early,1,market,8:00:00,8:00:00
        early,2,dock,08:10:00,08:11:00
        early,3,hospital,08:30:00,08:30:00
        late,1,market,24:50:00,24:50:00
        late,2,hospital,25:15:00,25:15:00
        """,
    "calendar.txt": """
        service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date
        week,1,1,1,1,1,0,0,20240101,20240114
        """,
}


def text_of(table: str) -> str:
    """Take the indentation off a table."""
    return dedent(table).lstrip("\n")


def tables(**changes: str | bytes | None) -> dict[str, bytes]:
    """Give the files of the feed; ``stops="..."`` replaces stops.txt, ``stops=None`` leaves it out."""
    contents: dict[str, str | bytes | None] = {**TABLES}
    contents |= {f"{name}.txt": content for name, content in changes.items()}
    return {
        name: content if isinstance(content, bytes) else text_of(content).encode()
        for name, content in contents.items()
        if content is not None
    }


def write_zip(path: Path, members: dict[str, bytes]) -> Path:
    """Write members as an ordinary zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def write_folder(path: Path, members: dict[str, bytes]) -> Path:
    """Write members as files of a folder."""
    for name, content in members.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return path


def feed_of(folder: Path, **changes: str | bytes | None) -> Path:
    """Write the feed with the changes as a zip."""
    return write_zip(folder / "town.zip", tables(**changes))
