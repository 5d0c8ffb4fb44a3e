"""By hand (make proof): the contract passes a public linter of npm without an error."""

import re
import subprocess
from pathlib import Path

import pytest

from scripts import vendor

LINTER = "@redocly/cli@2.77.0"
CONTRACT = Path(vendor.__file__).parent.parent / "docs" / "openapi.json"


@pytest.mark.proof
def test_the_contract_passes_a_public_linter(tmp_path: Path) -> None:
    npm = vendor.npm()
    assert npm is not None, "npm is not on this machine; install Node.js"
    told = subprocess.run(
        [*npm, "exec", "--yes", LINTER, "--", "lint", "--extends=recommended", str(CONTRACT)],
        capture_output=True, text=True, cwd=tmp_path, timeout=300, check=False,
    )  # fmt: skip
    said = told.stdout + told.stderr
    assert told.returncode == 0, said
    assert "description is valid" in said, "it has looked at the document"
    warnings = re.search(r"You have (\d+) warning", said)
    print(f"{LINTER}, recommended rules: no error, {warnings[1] if warnings else 'no'} warnings")
