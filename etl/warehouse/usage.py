"""What another process has used so far."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NamedTuple


class Usage(NamedTuple):
    """`busy`: seconds of the processor, all threads together; `size`: bytes in memory. Each 0 where nobody tells."""

    busy: float = 0.0
    size: int = 0


def usage(pid: int) -> Usage:
    """Linux tells both, Windows the seconds, others nothing; of a process that is gone nothing is known either."""
    if sys.platform == "win32":
        return Usage(_windows_seconds(pid))
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return Usage()
    fields = stat.rpartition(")")[2].split()  # the name before it may hold anything
    ticks = int(fields[11]) + int(fields[12])
    return Usage(ticks / os.sysconf("SC_CLK_TCK"), int(fields[21]) * os.sysconf("SC_PAGE_SIZE"))


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _QUERY_LIMITED_INFORMATION = 0x1000

    def _windows_seconds(pid: int) -> float:
        kernel = ctypes.WinDLL("kernel32")
        kernel.OpenProcess.restype = wintypes.HANDLE
        process = wintypes.HANDLE(kernel.OpenProcess(_QUERY_LIMITED_INFORMATION, False, pid))
        times = [wintypes.FILETIME() for _ in range(4)]  # made, ended, in the kernel, in the program
        try:
            if not kernel.GetProcessTimes(process, *map(ctypes.byref, times)):
                return 0.0
            return sum((each.dwHighDateTime << 32) + each.dwLowDateTime for each in times[2:]) / 1e7
        finally:
            kernel.CloseHandle(process)
