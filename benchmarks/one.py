"""One run of one engine, in this process: its seconds and those of all processors, imports included, and its answer, as a line of JSON."""

from __future__ import annotations

import importlib
import json
import sys
import time
from pathlib import Path


def main(solve: str, folder: str) -> None:
    module, _, function = solve.partition(":")
    work = getattr(importlib.import_module(f"benchmarks.{module}"), function)
    start, worked = time.perf_counter(), time.process_time()
    rows = work(Path(folder))
    seconds, cpu = time.perf_counter() - start, time.process_time() - worked
    print(json.dumps({"seconds": seconds, "cpu": cpu, "rows": rows or []}))


if __name__ == "__main__":
    main(*sys.argv[1:])
