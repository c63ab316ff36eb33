"""The folder the county is made in: never one that a person gave or changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path

from etl.sample.answers import MADE_BY, SampleError

BUILT = frozenset(
    {"warehouse", "incoming", "ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm"}
)  # made from the sample, not by it
ANSWERS = "answers.json"
ABOUT = "county.yaml"
READ_ME = "说明.txt"  # written last


def is_made(folder: Path) -> bool:
    """Whether a county was made here and nothing cut the making short."""
    return bool(_made(folder / ANSWERS)) and (folder / READ_ME).exists()


def check_free(folder: Path) -> tuple[Path, ...]:
    """The files an earlier making left, all still as it wrote them; raises SampleError at anything else."""
    if folder.exists() and not folder.is_dir():
        raise SampleError(f"{folder} 是一个文件，不能在里面生成示例县。请换一个文件夹。")
    if not folder.is_dir():
        return ()
    made = _made(folder / ANSWERS)
    old = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_dir() or any(part.startswith(".") for part in name.parts) or name.parts[0] in BUILT:
            continue
        if name.as_posix() == ANSWERS and made:
            continue
        if made.get(name.as_posix()) != hashlib.sha256(path.read_bytes()).hexdigest():
            state = "在生成示例后被改动过" if name.as_posix() in made else "不是示例数据"
            raise SampleError(
                f"{folder} 里的 {name.as_posix()} {state}；示例县只写入空文件夹，或原样未动的旧示例。"
                "请换一个空文件夹；如确认不再需要，请先自行移走这个文件。"
            )
        old.append(path)
    return tuple(old)


def _made(path: Path) -> Mapping[str, str]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data["made"] if isinstance(data, dict) and data.get("made_by") == MADE_BY else {}


def sha256s(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}


def write(
    folder: Path, files: Mapping[str, bytes], old: tuple[Path, ...], progress: Callable[[int, int], None] | None
) -> None:
    """Take away what differs of an earlier making, then write all files, in the order given.

    Each file appears whole or not at all, so a making cut short can be made again as long as the answers come first.
    Raises SampleError when the disk refuses.
    """
    try:
        for path in old:
            if files.get(path.relative_to(folder).as_posix()) != path.read_bytes():
                path.unlink()
        for count, (name, data) in enumerate(files.items(), start=1):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished = path.with_name(f".{path.name}.part")
            unfinished.write_bytes(data)
            unfinished.replace(path)
            if progress:
                progress(count, len(files))
    except OSError as error:
        raise SampleError(
            f"示例县没有写完，停在 {folder}：{error.strerror}。请检查磁盘空间和写入权限后重试。"
        ) from error
