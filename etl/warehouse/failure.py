"""Why a build stopped, in words a clerk can act on."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from etl.files import FULL, REFUSED

KEPT = "原有的仓库没有变化，仍可查看。"
_LEAST_FREE = 16 * 1024 * 1024  # bytes; with less than this a failed write is taken for a full disk
_NOT_A_FOLDER = frozenset({errno.ENOTDIR, errno.EEXIST})
_FULL_WORDS = ("no space left", "not enough space", "disk is full", "quota exceeded", "file too large")
_REFUSED_WORDS = ("permission denied", "read-only file system", "access is denied", "readonly database")


class BuildError(RuntimeError):
    """The build stopped and the last warehouse is still in force; the message says why, where, and what to do."""


@contextmanager
def explained(folder: Path) -> Generator[None]:
    """Turn what the system or DuckDB says while `folder` is written into a BuildError."""
    try:
        yield
    except (OSError, sqlite3.Error, duckdb.Error, MemoryError) as error:
        raise BuildError(f"建库没有完成：{_reason(error, folder)}{KEPT}") from error


def _reason(error: Exception, folder: Path) -> str:
    number = getattr(error, "errno", None)
    words = str(error).lower()
    if number in FULL or any(word in words for word in _FULL_WORDS) or _is_full(folder):
        return f"{folder} 所在的磁盘已满。请腾出空间后重新运行。"
    if number in REFUSED or any(word in words for word in _REFUSED_WORDS):
        return f"{folder} 不能写入（只读，或没有权限）。请检查文件夹权限，或把数据移到能写的地方后重新运行。"
    if number in _NOT_A_FOLDER or (folder.exists() and not folder.is_dir()):
        return f"{folder} 应当是文件夹，现在却是一个文件。请把它移走或改名后重新运行。"
    if isinstance(error, MemoryError | duckdb.OutOfMemoryException):
        return f"内存不够，写不完 {folder} 里的新仓库。请关闭其他程序后重新运行。"
    return f"写 {folder} 时出错（{type(error).__name__}）。请检查磁盘是否正常后重新运行；若总是如此，请把这句话发给维护者。"


def _is_full(folder: Path) -> bool:
    for place in (folder, *folder.parents):
        if place.is_dir():
            return shutil.disk_usage(place).free < _LEAST_FREE
    return False
