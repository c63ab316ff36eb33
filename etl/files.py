"""Files that appear whole or not at all, and names that every system takes."""

from __future__ import annotations

import errno
import os
import re
from contextlib import suppress
from pathlib import Path

UNFINISHED = (
    ".nianbao-"  # how a file that is still being written is called; a hidden one, so nobody takes it for a report
)
_MOST_CHARACTERS = 100  # with the folders before it, a path stays under the 260 of Windows
_MOST_BYTES = 200  # a Linux file system takes 255
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE | re.DOTALL)
_NAMELESS = "无名文件"
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG}) if hasattr(errno, "EDQUOT") else frozenset({errno.ENOSPC})
REFUSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_BLOCKED = frozenset({errno.ENOTDIR, errno.EISDIR, errno.EEXIST})


def why_refused(error: Exception) -> str:
    """Why the system or SQLite did not let something be read or written, in a few words: their own are English."""
    number, name = getattr(error, "errno", None), getattr(error, "sqlite_errorname", "")
    if number in FULL or name.startswith("SQLITE_FULL"):
        return "磁盘已满"
    if number in REFUSED or name.startswith(("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_CANTOPEN")):
        return "只读，或没有权限"
    if number == errno.ENOENT:
        return "文件或文件夹已不在原处"
    if number in _BLOCKED:
        return "应当是文件夹的地方是一个文件，或有同名的文件"
    return f"系统出错，代码 {name or number or type(error).__name__}"


def write_whole(path: Path, data: bytes, *, may_replace: bool) -> None:
    """Write a file so that it is there with all its bytes, also after a power cut, or not at all.

    Raises FileExistsError where `may_replace` is False and something has that name; whatever it is stays as it was.
    """
    draft = path.with_name(f"{UNFINISHED}{os.getpid()}-{os.urandom(4).hex()}")
    try:
        with draft.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if may_replace:
            os.replace(draft, path)
        else:
            give_name(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)


def give_name(draft: Path, path: Path) -> None:
    """Let a finished file be known under this name too, or only. Raises FileExistsError, and never replaces a file."""
    try:
        os.link(draft, path)
    except FileExistsError:
        raise
    except OSError:  # a disk without links
        if path.exists():
            raise FileExistsError(path) from None
        draft.rename(path)


def sync_folder(folder: Path) -> None:
    """Make a renaming durable; Windows has no such thing and does not need it."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def clear_unfinished(folder: Path) -> None:
    """Take away what a killed writer left; only while nobody else writes there."""
    if folder.is_dir():
        for path in folder.glob(f"{UNFINISHED}*"):
            with suppress(OSError):
                path.unlink()


def safe_name(name: str) -> str:
    """A file name that Windows and Linux take, as near to this one as can be; folders before it are left out."""
    name = _FORBIDDEN.sub("_", re.split(r"[/\\]", name)[-1]).strip()
    name = name.encode(errors="replace").decode().lstrip(".~").rstrip(". ")
    if _DEVICES.fullmatch(name):
        name = f"_{name}"
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(suffix) > 10:
        stem, dot, suffix = name, "", ""
    while len(stem) > _MOST_CHARACTERS or len(f"{stem}{dot}{suffix}".encode()) > _MOST_BYTES:
        stem = stem[:-1]
    return f"{stem.rstrip()}{dot}{suffix}" if stem.strip() else _NAMELESS + (f".{suffix}" if suffix else "")
