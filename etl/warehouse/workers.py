"""Files, one or many: each read in another process, with a limit of time and memory for each.

A file that hangs or brings its process down costs that process, not the build: the file gets a reason, the rest goes on.
No file is read in the caller's own process, however small: a small one can be made to take minutes. One in whose reading
the process vanished is tried once more, because something else may have ended it.

Time is counted in seconds of the processor, so that no file is called late because the machine is busy. The clock stands
behind it, for what sleeps and for systems that do not tell (macOS), and counts alone while LibreOffice or the
recognition of scans works.
"""

from __future__ import annotations

import contextlib
import os
import queue
from collections import deque
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from etl.report import Report, rejected
from etl.units import Unit
from etl.warehouse.intake import Intake, not_read, report_of, stopped, take_in
from etl.warehouse.raw_files import RawFile
from etl.warehouse.worker import Job, Limits, Said, Task, Worker, borrow, give_back, is_gone

SECONDS = 10  # of the processor, for one file; a report takes some hundredths of a second
SECONDS_BY_CLOCK = 60
SECONDS_OF_OTHERS = 300  # by the clock, where another program does the work: LibreOffice, recognition
MOST_BYTES = 1024 * 1024 * 1024  # in memory while one file is read
_MOST_PROCESSES = 8
_FEW, _SMALL = 8, 1024 * 1024  # so few small files are read by one process: starting more takes longer
_SLOW_STARTS = (b"\xd0\xcf\x11\xe0", b"{\\rtf", b"%PDF", b"\xff\xd8\xff", b"\x89PNG", b"BM", b"II*\x00", b"MM\x00*")
_REMEDY = "请用原来的软件打开，另存一份后重新放入"


def take_in_all(tasks: Sequence[Task], units: Sequence[Unit], reading_hash: str) -> Iterator[tuple[int, Intake]]:
    """Every file's intake as it is done, in no particular order."""
    files = dict(tasks)
    for file_id, said in _done(tasks, partial(take_in, units=tuple(units), reading_hash=reading_hash)):
        yield file_id, said if isinstance(said, Intake) else stopped(files[file_id], reading_hash, units, said)


def read_all(files: Sequence[RawFile], units: Sequence[Unit]) -> Iterator[tuple[int, Report]]:
    """Every file's report by its place in `files`, in no particular order; a rejected one where it was not read."""
    for n, said in _done(list(enumerate(files)), partial(report_of, units=tuple(units))):
        yield n, said if isinstance(said, Report) else rejected("file_unreadable", not_read(files[n].path, said))


def _done(tasks: Sequence[Task], job: Job) -> Iterator[tuple[int, Any]]:
    """What the job makes of each file, or in words why the file was given up."""
    for file_id, file in tasks:
        if file.unread:
            yield file_id, job(file)
    waiting = deque(sorted((task for task in tasks if not task[1].unread), key=lambda task: -task[1].size))
    limits = Limits(SECONDS, MOST_BYTES, SECONDS_BY_CLOCK, SECONDS_OF_OTHERS)
    said: queue.SimpleQueue[Said] = queue.SimpleQueue()
    workers: list[Worker] = []
    wanted, tried = _wanted([file for _, file in waiting]), set[int]()
    try:
        while waiting or any(worker.task for worker in workers):
            for worker in _free(workers, min(wanted, len(workers) + len(waiting)), said):
                if waiting:
                    worker.give(waiting.popleft(), job, limits)
            with contextlib.suppress(queue.Empty):
                worker, kind, what = said.get(timeout=0.2)
                if is_gone(kind):
                    task = _ended(worker, workers)
                    if task and task[0] in tried:
                        yield task[0], f"程序在读它时异常退出（可能内存不够）。{_REMEDY}"
                    elif task:
                        tried.add(task[0])
                        waiting.append(task)
                elif answer := worker.answer(kind, what):
                    yield answer[0][0], answer[1]
            for worker in [*workers] if said.empty() else []:
                if (why := worker.trouble()) and (task := _ended(worker, workers)):
                    yield task[0], f"{why}。{_REMEDY}"
    finally:
        for worker in workers:
            give_back(worker)


def _free(workers: list[Worker], wanted: int, said: queue.SimpleQueue[Said]) -> list[Worker]:
    """Those with nothing in hand, new ones among them."""
    while len(workers) < wanted:
        workers.append(borrow(said))
    return [worker for worker in workers if worker.task is None]


def _ended(worker: Worker, workers: list[Worker]) -> Task | None:
    """What it had in hand."""
    if worker not in workers:  # given up before
        return None
    workers.remove(worker)
    worker.end()
    return worker.task


def _wanted(files: Sequence[RawFile]) -> int:
    """How many processes are worth their start."""
    if len(files) <= _FEW and all(file.size <= _SMALL and not file.start.startswith(_SLOW_STARTS) for file in files):
        return min(1, len(files))
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(count, len(files), _MOST_PROCESSES)
