"""What is measured on: the two embedded networks always, the real feeds where PLAINPIED_TESTDATA holds them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scripts import demo, embedded_gtfs, nyc

BARRED = "porto_alegre"  # the feed of the bars for importing and for pages


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed to build, the folder that ``plainpied build`` makes of it, and a day to ask about."""

    key: str
    title: str
    day: date  # one on which it runs as on an ordinary working day
    path: Path
    survey: Path | None = None
    others: tuple[Path, ...] = ()  # further feeds of the same network, named by their files

    def command(self, out: Path) -> list[str]:
        """The words that build it into ``out``."""
        survey = [] if self.survey is None else ["--survey", str(self.survey)]
        others = [word for path in self.others for word in ("--gtfs", str(path))]
        return ["build", str(out / self.key), "--gtfs", f"{self.key}={self.path}", *others, *survey]


_REAL = (
    ("chateau_thierry", "Château-Thierry", date(2026, 5, 12), "chateau_thierry/gtfs.zip"),
    ("castres", "Castres", date(2024, 4, 26), "castres/gtfs.zip"),
    ("caltrain", "Caltrain", date(2023, 11, 8), "caltrain/ct.zip"),
    ("heidelberg", "Heidelberg", date(2022, 6, 24), "heidelberg/vrn_gtfs_cut.zip"),
    (BARRED, "Porto Alegre (bus)", date(2019, 4, 15), "porto_alegre/poa_eptc.zip"),
    ("amiens_full", "Amiens, all lines", date(2025, 10, 7), "amiens/amiens_reconstructed.gtfs.zip"),
    ("vilnius", "Vilnius", date(2015, 10, 14), "vilnius/gtfs.zip"),
)


def embedded_feeds(folder: Path) -> list[Feed]:
    """Write the feeds of the two embedded networks into ``folder``."""
    feeds = []
    for name in demo.NETWORKS:
        tables, path = demo.ROOT / "data" / name, folder / f"{name}.zip"
        embedded_gtfs.write_gtfs(tables, path)
        survey = tables / "survey"
        feeds.append(
            Feed(
                name,
                f"{name.capitalize()} (embedded)",
                date(2026, 5, 12),
                path,
                survey if survey.is_dir() else None,
            )
        )
    return feeds


def real_feeds() -> tuple[list[Feed], list[str]]:
    """Give the real feeds that are here, and a sentence for each that is left out."""
    root = os.environ.get("PLAINPIED_TESTDATA")
    if not root:
        titles = ", ".join(title for _, title, _, _ in _REAL)
        return [], [f"PLAINPIED_TESTDATA is not set: no real feed is measured ({titles} are left out)"]
    feeds = [Feed(key, title, day, Path(root) / name) for key, title, day, name in _REAL]
    absent = [f"{feed.title} is left out: PLAINPIED_TESTDATA holds no such feed" for feed in feeds if not there(feed)]
    return [feed for feed in feeds if there(feed)], absent


def new_york(folder: Path) -> list[Feed]:
    """Give the merged day and the nine feeds that ``scripts/nyc.py`` has written to ``folder``."""
    first, *others = (folder / f"{name}.zip" for name in nyc.FEEDS)
    day = nyc.day_written(folder / f"{nyc.DAY}.zip")
    return [
        Feed(nyc.DAY, "New York, one merged day", day, folder / f"{nyc.DAY}.zip"),
        Feed("new_york", "New York, nine feeds", day, first, others=tuple(others)),
    ]


def there(feed: Feed) -> bool:
    """Tell whether the feed is on this machine."""
    return feed.path.exists()
