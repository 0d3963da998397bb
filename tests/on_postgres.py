"""Runs pytest on PostgreSQL: `python tests/on_postgres.py [pytest arguments]`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from postgres import running


def main() -> int:
    """Start a PostgreSQL, run pytest with the arguments given, stop it; pytest's exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with running() as url:
        return subprocess.run([sys.executable, "-m", "pytest", *sys.argv[1:]], env={**os.environ, "DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
