"""Make sure that a browser is there for the tests of the pages: ``python -m scripts.browser``.

The Chromium of the machine is used, never one of our own: where it is missing it is installed if that is possible
without asking for a password, else the sentence says how. ``PLAINPIED_CHROMIUM`` names another one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from scripts import vendor

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium", "fonts-dejavu-core")


def main() -> int:
    """Run the script; 0 the tests of the pages can run, 1 something is missing."""
    if find_chromium() is None and not install():
        print(
            "the tests of the pages need Chromium; install it (sudo apt install chromium),"
            " or name yours: PLAINPIED_CHROMIUM=/path/to/chromium",
            file=sys.stderr,
        )
        return 1
    return vendor.main([])


def find_chromium() -> str | None:
    """Give the program to start, or None."""
    named = os.environ.get("PLAINPIED_CHROMIUM")
    return named or next((path for path in map(shutil.which, NAMES) if path), None)


def install() -> bool:
    """Install Chromium where the system's packages may be installed; tell whether it is there afterwards."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    print("installing Chromium (once; a minute or more)", flush=True)
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for command in (["update"], ["install", "-y", "--no-install-recommends", *PACKAGES]):
        done = subprocess.run(["apt-get", "-qq", *command], env=environment, check=False, stdout=subprocess.DEVNULL)
        if done.returncode:
            return False
    return find_chromium() is not None


if __name__ == "__main__":
    sys.exit(main())
