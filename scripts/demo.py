"""Build the embedded networks and serve them: ``python -m scripts.demo [--port 8000] [--host 127.0.0.1] [--no-serve]``.

What is built already is reused as long as its tables are the same.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
import tomllib
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path

from planner import cli
from scripts import embedded_gtfs
from webapp.settings import FILE_NAME

ROOT = Path(__file__).resolve().parent.parent
NETWORKS = ("amiens", "fictiville")
OUT = ROOT / "networks"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the script; the exit code is that of the first step that fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", default="8000")
    parser.add_argument("--no-serve", action="store_true", help="build only")
    options = parser.parse_args(arguments)
    for name in NETWORKS:
        failed = build(ROOT / "data" / name)
        if failed:
            return failed
    if options.no_serve:
        return 0
    print("preparing the search (half a minute the first time)", flush=True)
    failed = ask_once(ROOT / "data" / NETWORKS[0])
    if failed:
        return failed
    folders = [str(OUT / name) for name in NETWORKS]
    return cli.main(["serve", *folders, "--host", options.host, "--port", options.port])


def build(tables: Path) -> int:
    """Write the feed of one folder of tables and build its network, with its survey if it has one."""
    feed = OUT / "feeds" / f"{tables.name}.zip"
    feed.parent.mkdir(parents=True, exist_ok=True)
    failed = embedded_gtfs.main([str(tables), str(feed)])
    if failed:
        return failed
    command = ["build", str(OUT / tables.name), "--gtfs", f"{tables.name}={feed}", "--if-changed"]
    for option, text in page_of(tables).items():
        command += [f"--{option}", text]
    if (tables / "survey").is_dir():
        command += ["--survey", str(tables / "survey")]
    if (tables / "streets.osm").is_file():
        command += ["--osm", str(tables / "streets.osm")]
    failed = cli.main(command)
    if not failed:
        (OUT / tables.name / FILE_NAME).write_bytes((tables / "network.toml").read_bytes())
    return failed


def ask_once(tables: Path) -> int:
    """Ask for the first ride of the tables, so that the search is compiled before the first visitor waits for it."""
    with (tables / "pattern_stops.csv").open(encoding="utf-8", newline="") as file:
        quays = [row["quay_id"] for row, _ in zip(csv.DictReader(file), range(2), strict=False)]
    with redirect_stdout(io.StringIO()):
        return cli.main(["plan", str(OUT / tables.name), *quays])


def page_of(tables: Path) -> dict[str, str]:
    """Read what the pages of a network say about it: [page] of network.toml, any of title, attribution, notice."""
    with (tables / "network.toml").open("rb") as file:
        said = tomllib.load(file).get("page", {})
    page = {"title": tables.name.capitalize(), **said}
    return {option: page[option] for option in ("title", "attribution", "notice") if option in page}


if __name__ == "__main__":
    sys.exit(main())
