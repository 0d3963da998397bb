"""One run of one engine, in this process: its seconds, imports included, and its answer, as a line of JSON."""

from __future__ import annotations

import importlib
import json
import sys
import time
from pathlib import Path


def main(solve: str, folder: str) -> None:
    module, _, function = solve.partition(":")
    work = getattr(importlib.import_module(f"benchmarks.{module}"), function)
    start = time.perf_counter()
    rows = work(Path(folder))
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "rows": rows or []}))


if __name__ == "__main__":
    main(*sys.argv[1:])
