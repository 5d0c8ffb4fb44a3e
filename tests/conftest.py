"""What every test may ask for: the real feeds, where they are present; the fictional town, served; a browser."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright
from webapp_site import build_town, served

from scripts.browser import find_chromium

settings.register_profile("ci", deadline=None, print_blob=True)
settings.register_profile("proof", parent=settings.get_profile("ci"), max_examples=2000)
settings.load_profile("proof" if os.environ.get("PLAINPIED_PROOF") else "ci")


def _finder(variable: str, what: str) -> Callable[[str], Path]:
    def find(name: str) -> Path:
        root = os.environ.get(variable)
        if not root:
            pytest.skip(f"{variable} is not set: {what} are not on this machine")
        path = Path(root) / name
        assert path.exists(), f"{variable} is set but holds no {name}"
        return path

    return find


@pytest.fixture(scope="session")
def testdata() -> Callable[[str], Path]:
    """Give the path of a real file or folder by its relative name, or skip and say why."""
    return _finder("PLAINPIED_TESTDATA", "the real feeds")


@pytest.fixture(scope="session")
def reference() -> Callable[[str], Path]:
    """Give the path of a reference program by name, or skip and say why."""
    return _finder("PLAINPIED_REFERENCE", "the reference programs")


@pytest.fixture(scope="session")
def fictiville(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Give the server of the fictional town; its network is ``fictiville.extensions["networks"]["fictiville"]``."""
    return build_town(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="session")
def origin(fictiville: Flask) -> Iterator[str]:
    """Give the address of the fictional town, served for a browser."""
    with served(fictiville) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give the one browser of the run: two of them in one process stand in each other's way."""
    program = find_chromium()
    if program is None:
        pytest.skip("no Chromium on this machine: python -m scripts.browser")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield started
        started.close()
