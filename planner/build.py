"""The recipe: files become tables, tables become a network, the network becomes a folder."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from planner.errors import FeedError, QueryError
from planner.feeds.archive import source_hash
from planner.feeds.gtfs import read_gtfs
from planner.network.annotate import build_network
from planner.network.store import save_network
from planner.network.tables import Network


@dataclass(frozen=True, slots=True)
class Input:
    """One feed and the name that its public ids begin with."""

    name: str
    path: Path


def build(
    out: Path, inputs: Sequence[Input], *, title: str = "", attribution: str = "", notice: str = ""
) -> Network:
    """Build a network from feeds and store it as the folder ``out``.

    Raises
    ------
    FeedError
        With the faults of every feed together; nothing is left behind.
    """
    sources = hash_sources(inputs)
    feeds, refused = [], []
    for source in inputs:
        try:
            feeds.append(read_gtfs(source.path, source.name))
        except FeedError as error:
            refused.append(error)
    if len(refused) > 1:
        raise FeedError("the feeds", [fault for error in refused for fault in error.faults])
    if refused:
        raise refused[0]
    name = safe_name(out.name)
    network = build_network(feeds, name, title or out.name, attribution=attribution, notice=notice)
    save_network(network, out, sources)
    return network


def hash_sources(inputs: Sequence[Input]) -> dict[str, str]:
    """Give the hash of every source, by name."""
    return {source.name: source_hash(source.path) for source in inputs}


def parse_input(text: str) -> Input:
    """Read ``NAME=PATH`` or ``PATH``; the default name is the file's stem made safe.

    Raises
    ------
    QueryError
        The name holds something else than letters, digits, "-" and "_".
    """
    name, equals, path = text.partition("=")
    if not equals or Path(text).exists():
        path, name = text, safe_name(Path(text).name.split(".")[0])
    elif name != safe_name(name):
        raise QueryError(f"“{name}” cannot name a feed: use letters, digits, - and _", "--gtfs")
    return Input(name, Path(path))


def parse_inputs(texts: Sequence[str]) -> list[Input]:
    """Read all inputs; two of one name are an error."""
    inputs = [parse_input(text) for text in texts]
    names = [source.name for source in inputs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise QueryError(f"two feeds are called {', '.join(twice)}; name them: --gtfs NAME=PATH", "--gtfs")
    return inputs


def safe_name(text: str) -> str:
    """Turn a text into letters, digits, "-" and "_", never empty."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9_-]+", "_", plain).strip("_") or "feed"


