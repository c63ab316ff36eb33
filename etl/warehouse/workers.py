"""Many files at once: each in one of a few processes, one at a time, with a limit of time and memory for each file.

A file that hangs or brings its process down costs that process, not the build: the file gets a reason, the rest goes on.

The processes are started as programs of their own and spoken to over their standard streams, not through
multiprocessing: that would run the parent's main program again in each of them, and where the parent is the dashboard
its main program is a page.
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import queue
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from etl.units import Unit
from etl.warehouse.inputs import RawFile
from etl.warehouse.intake import Intake, stopped, take_in

SECONDS = 10  # for one file; a report takes some hundredths of a second
_SECONDS_TO_START = 120  # for a process, before its first file: a busy machine with a cold disk takes its time
SECONDS_OF_OTHERS = 300  # where another program does the work: LibreOffice, reading of scans
_SLOW_STARTS = (b"\xd0\xcf\x11\xe0", b"{\\rtf", b"%PDF", b"\xff\xd8\xff", b"\x89PNG", b"BM", b"II*\x00", b"MM\x00*")
_MOST_BYTES = 4 * 1024 * 1024 * 1024  # of address space, a last guard behind the limits of the readers
_MOST_PROCESSES = 8
_READY = "ready"  # what a process says once, when its time begins to count
_GONE = object()  # what its listener says last
_PROGRAM = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from etl.warehouse.workers import serve; serve()"
_FEW = 8  # so few small files are read here: starting a process takes longer
_SMALL = 1024 * 1024

Task = tuple[int, RawFile]
Said = tuple["_Worker", "subprocess.Popen[bytes]", Any]


def take_in_all(
    tasks: Sequence[Task], units: Sequence[Unit], reading_hash: str, seconds: float | None = None
) -> Iterator[tuple[int, Intake]]:
    """Every file's intake as it is done, in no particular order. `seconds` limits each file instead of the defaults."""
    if len(tasks) <= _FEW and seconds is None and not any(_may_hang(file) for _, file in tasks):
        for file_id, file in tasks:
            yield file_id, take_in(file, units, reading_hash)
        return
    waiting = deque(
        sorted(tasks, key=lambda task: -task[1].size)
    )  # the largest first, so that none is left for the end
    said: queue.SimpleQueue[Said] = queue.SimpleQueue()
    workers = [_Worker(units, reading_hash, said) for _ in range(min(_processes(), len(tasks)))]
    try:
        while waiting or any(worker.task for worker in workers):
            for worker in workers:
                if worker.task is None and waiting:
                    worker.give(waiting.popleft(), seconds)
            with contextlib.suppress(queue.Empty):
                speaker, process, message = said.get(timeout=0.2)
                if process is speaker.process and (done := speaker.hear(message)) is not None:
                    yield done
            for worker in workers:
                if worker.is_late and (done := worker.give_up("读了很久还没有读完，已停止")) is not None:
                    yield done
    finally:
        for worker in workers:
            worker.end()


def _processes() -> int:
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(count, _MOST_PROCESSES))


def _may_hang(file: RawFile) -> bool:
    return file.size > _SMALL or file.start.startswith(_SLOW_STARTS)


@dataclass(slots=True, eq=False)
class _Worker:
    """One process and the file it has in hand."""

    units: Sequence[Unit]
    reading_hash: str
    said: queue.SimpleQueue[Said]
    process: subprocess.Popen[bytes] = field(init=False)
    is_ready: bool = field(init=False)
    task: Task | None = None
    seconds: float = 0.0  # for the file in hand
    until: float = 0.0

    def __post_init__(self) -> None:
        self._start()

    def _start(self) -> None:
        self.is_ready = False
        self.process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, json.dumps(sys.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        threading.Thread(target=_listen, args=(self, self.process, self.said), daemon=True).start()
        self._tell((tuple(self.units), self.reading_hash))

    def _tell(self, message: Any) -> None:
        assert self.process.stdin is not None, "opened as a pipe"
        with contextlib.suppress(OSError):  # a process that is gone is heard of by its listener
            pickle.dump(message, self.process.stdin)
            self.process.stdin.flush()

    def give(self, task: Task, seconds: float | None) -> None:
        self.task = task
        usual = SECONDS_OF_OTHERS if task[1].start.startswith(_SLOW_STARTS) else SECONDS
        self.seconds = seconds or usual
        self.until = time.monotonic() + (self.seconds if self.is_ready else _SECONDS_TO_START)
        self._tell(task)

    @property
    def is_late(self) -> bool:
        return self.task is not None and time.monotonic() > self.until

    def hear(self, message: Any) -> tuple[int, Intake] | None:
        """What became of the file in hand, where the message says so."""
        if message is _GONE:
            return self.give_up("程序在读它时异常退出（可能内存不够）")
        if message == _READY:
            self.is_ready, self.until = True, time.monotonic() + self.seconds
            return None
        assert self.task is not None, "a process speaks of the file it was given"
        file_id, self.task = self.task[0], None
        return file_id, message

    def give_up(self, why: str) -> tuple[int, Intake] | None:
        """The file in hand, if there is one, with the reason it was not read; a new process takes the place of the old."""
        self.end()
        self._start()
        if self.task is None:
            return None
        (file_id, file), self.task = self.task, None
        return file_id, stopped(file, self.reading_hash, self.units, f"{why}。请用原来的软件打开，另存一份后重新放入")

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()


def _listen(worker: _Worker, process: subprocess.Popen[bytes], said: queue.SimpleQueue[Said]) -> None:
    """Pass on what a process says, and at last that it is gone."""
    assert process.stdout is not None, "opened as a pipe"
    with contextlib.suppress(EOFError, OSError, ValueError, pickle.UnpicklingError):
        while True:
            said.put((worker, process, pickle.load(process.stdout)))
    said.put((worker, process, _GONE))


def serve() -> None:
    """The life of a process: take a file, tell what was read, until nobody is there to tell."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # not on Windows

        resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES, _MOST_BYTES))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not end up among the answers
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
        units, reading_hash = pickle.load(sys.stdin.buffer)
        _answer(answers, _READY)
        while True:
            _, file = pickle.load(sys.stdin.buffer)
            _answer(answers, take_in(file, units, reading_hash))


def _answer(stream: IO[bytes], message: Any) -> None:
    pickle.dump(message, stream)
    stream.flush()
