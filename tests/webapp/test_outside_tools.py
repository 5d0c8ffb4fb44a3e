"""Other people's judges of pages, from npm, and the time until something is seen on a slow telephone: ``make proof``.

pa11y with HTML_CodeSniffer (WCAG 2 AAA), html-validate and Lighthouse are fetched once into ``.cache/judges`` at the
versions below. Without npm, or without a network, these proofs are skipped and say so.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser
from webapp_site import LEFT_OPEN, STATUS, addresses, visit

from scripts import vendor
from scripts.browser import find_chromium

pytestmark = pytest.mark.proof
JUDGES = ("pa11y@9.1.1", "lighthouse@12.8.2", "html-validate@10.17.0")
FOLDER = vendor.ROOT / ".cache" / "judges"
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}  # bytes/s
SLOWER = 4  # times
TURNS = 5

# LCP and CLS as the browser tells them; TBT is what each task takes beyond 50 ms
WATCH = """() => { globalThis.seen = { lcp: 0, cls: 0, tbt: 0 };
  new PerformanceObserver((list) => { for (const one of list.getEntries()) seen.lcp = one.startTime; })
    .observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => { for (const one of list.getEntries()) seen.cls += one.value; })
    .observe({ type: 'layout-shift', buffered: true });
  const waited = ({ duration }) => { seen.tbt += Math.max(0, duration - 50); };
  new PerformanceObserver((list) => list.getEntries().forEach(waited))
    .observe({ type: 'longtask', buffered: true }); }"""


@pytest.fixture(scope="module")
def judges() -> Path:
    """Give the folder of the installed programs."""
    programs = FOLDER / "node_modules" / ".bin"
    wanted = FOLDER / "wanted.json"
    if wanted.is_file() and json.loads(wanted.read_text("utf-8")) == list(JUDGES):
        return programs
    npm = vendor.npm()
    if npm is None:
        pytest.skip("npm is not on this machine: pa11y, html-validate and Lighthouse did not look at the pages")
    FOLDER.mkdir(parents=True, exist_ok=True)
    command = [*npm, "install", "--no-audit", "--no-fund", "--silent", "--prefix", str(FOLDER), *JUDGES]
    told = subprocess.run(
        command, env=os.environ | {"PUPPETEER_SKIP_DOWNLOAD": "1"}, capture_output=True, text=True, check=False
    )
    if told.returncode:
        pytest.skip(f"npm could not fetch {', '.join(JUDGES)}, so they did not look: {told.stderr.strip()[-200:]}")
    wanted.write_text(json.dumps(JUDGES), "utf-8")
    return programs


def judge(*command: str) -> str:
    """Run one of them; give what it prints: into a file, for into a pipe node may print half of it."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as printed:
        told = subprocess.run(
            command,
            env=os.environ | {"CHROME_PATH": str(find_chromium())},
            stdout=printed,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=180,
        )
        printed.seek(0)
        text = printed.read()
    assert text, told.stderr
    return text


def test_html_validate_finds_nothing(judges: Path, fictiville: Flask, tmp_path: Path) -> None:
    client, pages = fictiville.test_client(), 0
    for lang in ("fr", "en"):
        for name, address in addresses(lang).items():
            (tmp_path / f"{lang}-{name}.html").write_bytes(client.get(address).data)
            pages += 1
    (tmp_path / "rules.json").write_text(json.dumps({"extends": ["html-validate:standard", "html-validate:a11y"]}))
    told = judge(
        str(judges / "html-validate"), "--config", str(tmp_path / "rules.json"), "-f", "json", str(tmp_path / "*.html")
    )
    found = [
        f"{Path(one['filePath']).name}:{said['line']} {said['ruleId']} {said['message']}"
        for one in json.loads(told)
        for said in one["messages"]
    ]
    assert found == []
    print(f"html-validate: {pages} pages, nothing found")


def test_pa11y_finds_nothing(judges: Path, origin: str, tmp_path: Path) -> None:
    settings = {
        "standard": "WCAG2AAA",
        "runners": ["axe", "htmlcs"],
        "timeout": 60_000,
        "chromeLaunchConfig": {"executablePath": find_chromium(), "args": ["--no-sandbox"]},
    }
    (tmp_path / "pa11y.json").write_text(json.dumps(settings))
    pages = 0
    for lang in ("fr", "en"):
        for name, address in addresses(lang).items():
            if name in STATUS:
                continue  # it stops at a page with such a status
            told = judge(
                str(judges / "pa11y"),
                *("--config", str(tmp_path / "pa11y.json"), "--reporter", "json", origin + address),
            )
            found = [
                f"{one['code']} {one['selector']} {one['message']}"
                for one in json.loads(told)
                if not (one["runnerExtras"].get("needsFurtherReview") and one["code"] in LEFT_OPEN)
            ]
            assert found == [], f"{name} ({lang})"
            pages += 1
    print(f"pa11y (axe and HTML_CodeSniffer, WCAG 2 AAA): {pages} pages, nothing found")


def look(judges: Path, address: str, target: Path) -> None:
    """Let Lighthouse look once; where its browser or its look breaks off, it may try once more."""
    command = [
        str(judges / "lighthouse"),
        address,
        *("--quiet", "--output=json", f"--output-path={target}"),
        *("--only-categories=performance,accessibility,best-practices,seo",),
        "--chrome-flags=--headless=new --no-sandbox",
    ]
    here = os.environ | {"CHROME_PATH": str(find_chromium())}
    for _ in range(2):
        told = subprocess.run(command, env=here, check=False, capture_output=True, text=True, timeout=180)
        if told.returncode == 0:
            return
    raise AssertionError(told.stderr)


@pytest.mark.parametrize("name", ["plan", "measured", "stop"])
def test_lighthouse_is_content(judges: Path, origin: str, tmp_path: Path, name: str) -> None:
    """The median of five, as on a telephone; ours is a development server that compresses nothing."""
    runs = []
    for turn in range(TURNS):
        target = tmp_path / f"{turn}.json"
        look(judges, origin + addresses("fr")[name], target)
        runs.append(json.loads(target.read_text("utf-8")))
    scores = {
        one: round(100 * median(run["categories"][one]["score"] for run in runs)) for one in runs[0]["categories"]
    }
    measures = {
        short: median(run["audits"][audit]["numericValue"] for run in runs)
        for short, audit in (
            ("LCP", "largest-contentful-paint"),
            ("TBT", "total-blocking-time"),
            ("CLS", "cumulative-layout-shift"),
        )
    }
    print(
        f"{name}: {', '.join(f'{one} {score}' for one, score in scores.items())};"
        f" LCP {measures['LCP'] / 1000:.2f} s, TBT {measures['TBT']:.0f} ms, CLS {measures['CLS']:.3f}"
    )
    assert scores["accessibility"] == 100
    assert scores["performance"] >= 95
    assert measures["LCP"] <= 1800
    assert measures["TBT"] <= 100
    assert measures["CLS"] <= 0.02


@pytest.mark.parametrize("name", ["plan", "measured", "refused", "stop"])
def test_a_page_is_seen_soon_on_a_slow_telephone(browser: Browser, origin: str, name: str) -> None:
    """The network and the processor slowed by the browser itself; the median of five fresh visits."""
    runs: list[dict[str, Any]] = []
    for _ in range(TURNS):
        with visit(browser, origin, "/fr/about/offline", width=390) as seen:
            page = seen.page.context.new_page()
            session = page.context.new_cdp_session(page)
            session.send("Network.enable")
            session.send("Network.setCacheDisabled", {"cacheDisabled": True})
            session.send("Network.emulateNetworkConditions", SLOW_4G)
            session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            page.goto(origin + addresses("fr")[name], wait_until="load", timeout=60_000)
            page.evaluate(WATCH)
            page.wait_for_timeout(500)
            runs.append(page.evaluate("seen"))
    lcp, cls, tbt = (median(run[what] for run in runs) for what in ("lcp", "cls", "tbt"))
    print(f"{name}: LCP {lcp / 1000:.2f} s, CLS {cls:.3f}, TBT {tbt:.0f} ms (slow 4G, processor at a quarter)")
    assert 0 < lcp <= 1800
    assert cls <= 0.02
    assert tbt <= 100
