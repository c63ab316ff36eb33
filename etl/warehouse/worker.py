"""One process that reads files, one at a time, and what its parent knows of it.

It is started as a program of its own and spoken to over its standard streams, not through multiprocessing: that would
run the parent's main program again in it, and where the parent is the dashboard its main program is a page. When nobody
is there to speak to it any more it ends, whatever it is doing: its parent may be killed at any time.

Starting one takes half a second, so one is kept for whoever reads next, in whatever thread, and ended when nobody does.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import pickle
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import IO, Any

from etl.read import legacy_word, waiting
from etl.warehouse.raw_files import RawFile
from etl.warehouse.usage import Usage, usage

_SECONDS_TO_START = 120  # by the clock: a busy machine with a cold disk takes its time
_SECONDS_TO_END = 2  # by itself; then it is killed
_KEPT, _SECONDS_KEPT = 1, 300
_MOST_ADDRESSES = 4 * 1024 * 1024 * 1024  # bytes; a last guard where nobody tells how much a process uses
_READY, _WAITS, _DONE, _GONE = "ready", "waits", "done", "gone"
_PROGRAM = (
    "import json, signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); sys.path[:] = json.loads(sys.argv[1]); "
    "import etl.warehouse.intake; from etl.warehouse.worker import serve; serve()"
)

Job = Callable[[RawFile], Any]  # of a module, or a partial of one: another process must find it
Task = tuple[int, RawFile]
Said = tuple["Worker", str, Any]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost. `busy` (seconds of the processor) and `size` (bytes) count what the process uses while it
    reads itself; `clock` and `clock_of_others` are seconds by the clock, the latter where others work for it."""

    busy: float
    size: int
    clock: float
    clock_of_others: float


class Worker:
    """A process and the file it has in hand. What it says is put into `said` as (worker, kind, what)."""

    def __init__(self, said: queue.SimpleQueue[Said]) -> None:
        self.said = said
        self.task: Task | None = None
        self._job: Job | None = None  # as the process knows it
        self._pid = 0  # of the program once it is ready: on Windows not always that of what was started
        self._surroundings = _surroundings()
        command = [sys.executable, "-P", "-c", _PROGRAM, json.dumps(self._surroundings[0])]
        nowhere = tempfile.gettempdir()  # Windows lets nobody delete the folder that a process is in
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=nowhere)
        threading.Thread(target=self._listen, args=(self._process.stdout,), daemon=True).start()

    def _listen(self, stream: IO[bytes]) -> None:
        with contextlib.suppress(EOFError, OSError, ValueError, pickle.UnpicklingError):
            while True:
                kind, what = pickle.load(stream)
                self.said.put((self, kind, what))  # to whoever has it now, not to whoever had it before it spoke
        self.said.put((self, _GONE, None))

    def give(self, task: Task, job: Job, limits: Limits) -> None:
        """One file to which the job is to be done; it is sent as soon as the process is ready."""
        self.task, self._next_job, self._limits = task, job, limits
        self._until = time.monotonic() + _SECONDS_TO_START
        if self._pid:
            self._send()

    def _send(self) -> None:
        assert self.task is not None, "there is something to send"
        if self._next_job is not self._job:
            self._tell(self._next_job)
            self._job = self._next_job
        self._began = time.monotonic()
        self._until = self._began + self._limits.clock
        self._before: Usage | None = usage(self._pid)
        file = self.task[1]
        self._tell(replace(file, location=file.location.absolute()))

    def _tell(self, message: Any) -> None:
        assert self._process.stdin is not None, "opened as a pipe"
        with contextlib.suppress(OSError):  # a process that is gone is heard of by its listener
            pickle.dump(message, self._process.stdin)
            self._process.stdin.flush()

    def answer(self, kind: str, what: Any) -> tuple[Task, Any] | None:
        """The file in hand and what came of it, where the message says so."""
        if kind == _READY:
            self._pid = what
            if self.task:
                self._send()
        elif kind == _WAITS:
            self._before = None if what else usage(self._pid)
            self._until = self._began + self._limits.clock_of_others
        elif kind == _DONE and self.task:
            task, self.task = self.task, None
            return task, what
        return None

    def trouble(self) -> str:
        """Why the file in hand has to be given up, '' where it need not."""
        if self.task is None:
            return ""
        if time.monotonic() > self._until:
            return "读了很久还没有读完，已停止"
        if self._pid and self._before:
            now = usage(self._pid)
            if now.busy - self._before.busy > self._limits.busy:
                return "读了很久还没有读完，已停止"
            if now.size > self._limits.size:
                return "读它要用的内存远多于一份年报，已停止"
        return ""

    @property
    def is_fit(self) -> bool:
        """Whether somebody else can use it: alive, idle, and started as one would be now."""
        is_idle = bool(self._pid) and self.task is None and self._process.poll() is None
        return is_idle and self._surroundings == _surroundings()

    def end(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None, "opened as pipes"
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_SECONDS_TO_END)
        self._process.kill()
        self._process.wait()
        with contextlib.suppress(OSError):
            self._process.stdout.close()


def is_gone(kind: str) -> bool:
    """Whether a message is the last of a process that ended, whatever it had in hand."""
    return kind == _GONE


def _surroundings() -> tuple[list[str], list[str | None]]:
    """What a process takes over from its parent once and for all: where modules and programs are found."""
    names = (legacy_word.CONVERTER_VARIABLE, "PATH")
    return [os.path.abspath(path) for path in sys.path], [os.environ.get(name) for name in names]


# ── the process that is kept. The operations on the list are atomic: threads need no lock.

_idle: list[Worker] = []


def borrow(said: queue.SimpleQueue[Said]) -> Worker:
    """The process that was kept, or a new one."""
    with contextlib.suppress(IndexError):
        while True:
            worker = _idle.pop()
            if worker.is_fit:
                worker.said = said
                return worker
            worker.end()
    return Worker(said)


def give_back(worker: Worker) -> None:
    """Keep it for the next, or end it."""
    if not worker.is_fit:
        worker.end()
        return
    worker.said = queue.SimpleQueue()
    _idle.append(worker)
    while len(_idle) > _KEPT:
        _end_idle()
    watch = threading.Timer(_SECONDS_KEPT, _end_unused, (worker, worker.said))
    watch.daemon = True
    watch.start()


def _end_idle() -> None:
    with contextlib.suppress(IndexError):
        _idle.pop(0).end()


def _end_unused(worker: Worker, said: queue.SimpleQueue[Said]) -> None:
    if worker.said is said:  # nobody had it since
        with contextlib.suppress(ValueError):
            _idle.remove(worker)
            worker.end()


atexit.register(lambda: [_end_idle() for _ in range(_KEPT)])
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_idle.clear)  # two cannot speak to one process


# ── in the process itself


def serve() -> None:
    """The life of a process: take a file, tell what was read, until nobody is there to tell."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # not on Windows

        resource.setrlimit(resource.RLIMIT_AS, (_MOST_ADDRESSES, _MOST_ADDRESSES))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not end up among the answers
    orders: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_take_orders, args=(orders,), daemon=True).start()
    waiting.told = partial(_say, answers, _WAITS)
    job: Job = str
    with contextlib.suppress(OSError):
        _say(answers, _READY, os.getpid())
        while True:
            order = orders.get()
            if isinstance(order, RawFile):
                _say(answers, _DONE, job(order))
            else:
                job = order
    os._exit(0)


def _take_orders(orders: queue.SimpleQueue[Any]) -> None:
    """Pass them on. Where there will be no more, the process ends at once, with what it has in hand."""
    with contextlib.suppress(EOFError, OSError, pickle.UnpicklingError):
        while True:
            orders.put(pickle.load(sys.stdin.buffer))
    legacy_word.stop_converter()
    os._exit(0)


def _say(stream: IO[bytes], kind: str, what: Any) -> None:
    pickle.dump((kind, what), stream)
    stream.flush()
