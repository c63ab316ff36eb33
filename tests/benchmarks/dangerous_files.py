"""Seconds and memory that each dangerous file costs: `uv run python -m tests.benchmarks.dangerous_files [words]`.

Each is read from bytes to Report in a process of its own; the words choose files by their names. The target is 10 seconds
and 1 GB for every file. Nothing here is a test.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.dangerous import ARCHIVES, DANGERS, made

_LIMIT = 120  # seconds; what takes longer is told as such
_CHILD = """
import json, resource, sys, time
from pathlib import Path
from etl.warehouse.inputs import files_at
from etl.warehouse.intake import take_in
began, busy = time.perf_counter(), time.process_time()
said = [take_in(file, (), "") for file in files_at(Path(sys.argv[1]))]
took = [time.perf_counter() - began, time.process_time() - busy]
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
helpers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
print(json.dumps([*took, peak, helpers, len(said), said[0].outcome, said[0].reason]))
"""


def main() -> None:
    """One line for each file: seconds by the clock, seconds of the processor, MB of the process, MB of what it started."""
    wanted = sys.argv[1:]
    with TemporaryDirectory() as place:
        for what in (*DANGERS, *ARCHIVES):
            if wanted and not any(word in what for word in wanted):
                continue
            suffix = DANGERS[what].name.rsplit(".")[1] if what in DANGERS else "zip"
            path = Path(place) / f"a.{suffix}"
            path.write_bytes(made(what))
            try:
                ended = subprocess.run(
                    [sys.executable, "-c", _CHILD, str(path)], capture_output=True, text=True, timeout=_LIMIT
                )
            except subprocess.TimeoutExpired:
                print(f"{what}：{_LIMIT} 秒没有读完")
                continue
            if not ended.stdout:
                print(f"{what}：进程异常退出（{ended.returncode}）{ended.stderr[-200:]}")
                continue
            clock, busy, peak, helpers, count, outcome, reason = json.loads(ended.stdout)
            print(
                f"{what}（{path.stat().st_size / 1e6:.2f} MB）：{clock:.2f} 秒，处理器 {busy:.2f} 秒，内存 {peak} MB"
                f"{f'，所启动的程序 {helpers} MB' if helpers else ''}；{count} 份，{outcome}：{reason[:60]}",
                flush=True,
            )


if __name__ == "__main__":
    main()
