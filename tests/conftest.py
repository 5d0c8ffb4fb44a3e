"""What every test may ask for: the real feeds, where they are present."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

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
