"""By hand (make proof): the contract passes a public linter of npm without an error."""

import subprocess
from pathlib import Path

import pytest

from scripts import vendor

CONTRACT = Path(vendor.__file__).parent.parent / "docs" / "openapi.json"


@pytest.mark.proof
def test_the_contract_passes_a_public_linter(tmp_path: Path) -> None:
    npm = vendor.npm()
    assert npm is not None, "npm is not on this machine; install Node.js"
    told = subprocess.run(
        [*npm, "exec", "--yes", "@redocly/cli@2.77.0", "--", "lint", "--extends=recommended", str(CONTRACT)],
        capture_output=True, text=True, cwd=tmp_path, timeout=300, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout + told.stderr
