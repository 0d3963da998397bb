"""The browser of the journeys: one that is there, or one that this installs: `python tests/line/browser/chromium.py`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
LAUNCH = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
"""It calls nobody but the desk; the sandbox needs rights that containers and root do not have, and it sees our own pages alone."""
NONE = "there is no Chromium · install one (Debian: apt-get install chromium), or name one in CHROMIUM"


def found() -> Path | None:
    """The program to start: what CHROMIUM names, one on the PATH, or the one that Playwright keeps."""
    named = os.environ.get("CHROMIUM", "")
    candidates = [shutil.which(name) for name in (named, *NAMES) if name]
    with sync_playwright() as playwright:
        candidates.append(playwright.chromium.executable_path)
    return next((Path(path) for path in candidates if path and Path(path).is_file()), None)


def install() -> None:
    """Install one: Debian's package where this runs as root, else Playwright's own below the user's cache folder."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        sys.stderr.write("browser: no Chromium here; installing Debian's package chromium, as root, for the browser journeys\n")
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
            if subprocess.run(["apt-get", *words], env=quiet, stdout=subprocess.DEVNULL, check=False).returncode:
                break
        else:
            return
    sys.stderr.write("browser: no Chromium here; Playwright downloads its own into your cache folder, for the browser journeys\n")
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], stdout=subprocess.DEVNULL, check=False)


def main() -> int:
    """0 where there is a browser, if need be after installing it; else 2, saying what to do."""
    if found() is None:
        install()
    if found() is None:
        sys.stderr.write(f"browser: {NONE}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
