"""Many files at once: each in one of a few processes, one at a time, with a limit of time and memory for each file.

A file that hangs or brings its process down costs that process, not the build: the file gets a reason, the rest goes on.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

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
_FEW = 8  # so few small files are read here: starting a process takes longer
_SMALL = 1024 * 1024

Task = tuple[int, RawFile]


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
    workers = [_Worker(units, reading_hash) for _ in range(min(_processes(), len(tasks)))]
    try:
        while waiting or any(worker.task for worker in workers):
            for worker in workers:
                if worker.task is None and waiting:
                    worker.give(waiting.popleft(), seconds)
            wait([worker.pipe for worker in workers if worker.task], timeout=0.5)
            for worker in workers:
                if worker.task is not None and (done := worker.result()) is not None:
                    yield done
    finally:
        for worker in workers:
            worker.end()


def _processes() -> int:
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(count, _MOST_PROCESSES))


def _may_hang(file: RawFile) -> bool:
    return file.size > _SMALL or file.start.startswith(_SLOW_STARTS)


@dataclass(slots=True)
class _Worker:
    """One process and the file it has in hand."""

    units: Sequence[Unit]
    reading_hash: str
    process: BaseProcess = field(init=False)
    pipe: Connection = field(init=False)
    is_ready: bool = field(init=False)
    task: Task | None = None
    seconds: float = 0.0  # for the file in hand
    until: float = 0.0

    def __post_init__(self) -> None:
        self._start()

    def _start(self) -> None:
        self.is_ready = False
        context = multiprocessing.get_context("spawn")
        self.pipe, there = context.Pipe()
        self.process = context.Process(target=_serve, args=(there, tuple(self.units), self.reading_hash), daemon=True)
        self.process.start()
        there.close()

    def give(self, task: Task, seconds: float | None) -> None:
        self.task = task
        usual = SECONDS_OF_OTHERS if task[1].start.startswith(_SLOW_STARTS) else SECONDS
        self.seconds = seconds or usual
        self.until = time.monotonic() + (self.seconds if self.is_ready else _SECONDS_TO_START)
        with contextlib.suppress(OSError):  # a process that is gone shows in the result
            self.pipe.send(task)

    def result(self) -> tuple[int, Intake] | None:
        """What became of the file, None while it is still in hand."""
        assert self.task is not None, "asked only of a worker that has a file"
        file_id, file = self.task
        try:
            while self.pipe.poll(0):
                said = self.pipe.recv()
                if said != _READY:
                    self.task = None
                    return file_id, said
                self.is_ready, self.until = True, time.monotonic() + self.seconds
        except (EOFError, OSError):
            pass
        if self.process.is_alive() and time.monotonic() < self.until:
            return None
        why = "程序在读它时异常退出（可能内存不够）" if not self.process.is_alive() else "读了很久还没有读完，已停止"
        self.end()
        self._start()
        self.task = None
        return file_id, stopped(file, self.reading_hash, self.units, f"{why}。请用原来的软件打开，另存一份后重新放入")

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


def _serve(pipe: Connection, units: Sequence[Unit], reading_hash: str) -> None:
    """The life of a process: take a file, tell what was read, until nobody is there to tell."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # not on Windows

        resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES, _MOST_BYTES))
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
        pipe.send(_READY)
        while True:
            _, file = pipe.recv()
            pipe.send(take_in(file, units, reading_hash))
