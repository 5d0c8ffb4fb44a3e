"""The last result of ``make proof`` for docs/performance.md: what was tried, how often, and whether it held."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree as Xml

from scripts.bench_table import load, machine_lines, table
from scripts.demo import ROOT

NOTHING_SELECTED = 5  # exit code of pytest


def measure_proof(tests: Sequence[str] = ()) -> str:
    """Run every test marked ``proof`` (or those of some files alone, and say so) and write down what it did."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "proof.xml"
        started, load_before = time.perf_counter(), load()
        done = subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "-m", "proof", "-q", "-o", "junit_logging=system-out"),
                *tests,
                f"--junitxml={told}",
            ],
            cwd=ROOT,
            env=os.environ | {"PLAINPIED_PROOF": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        took_s = time.perf_counter() - started
        if done.returncode == NOTHING_SELECTED:
            verdict = "**No test is marked `proof` in this version: nothing beyond `make test` has been proved.**"
            return "\n\n".join(["\n".join(machine_lines()), verdict])
        if not told.is_file():
            raise RuntimeError(done.stdout + done.stderr)
        rows = list(_rows(told))
    failed = sum(row[1] == "**failed**" for row in rows)
    skipped = sum(row[1].startswith("skipped") for row in rows)
    verdict = f"{len(rows) - failed - skipped} passed, {failed} failed, {skipped} skipped, in {took_s:.0f} s."
    loads = f"- load at the beginning and at the end: {load_before}, {load()}"
    head = [*machine_lines(), loads, *([f"- of {', '.join(tests)} alone"] if tests else [])]
    return "\n\n".join(["\n".join(head), verdict, table(("proof", "result", "s", "what it told"), rows)])


def _rows(told: Path) -> Iterator[tuple[str, str, str, str]]:
    for case in Xml.parse(told).iter("testcase"):  # noqa: S314 (pytest has just written it for us)
        name = case.get("name", "").removeprefix("test_").replace("_", " ")
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            result = "**failed**"
        elif skipped is not None:
            result = f"skipped: {skipped.get('message', '')}"
        else:
            result = "passed"
        lines = (case.findtext("system-out") or "").splitlines()
        said = "; ".join(line.strip() for line in lines if line.strip() and not line.startswith("---"))
        yield name, result, f"{float(case.get('time', 0)):.0f}", said.replace("|", "\\|")[:300]
