"""Old Word and WPS documents (.doc, .wps, .rtf): turned into .docx by LibreOffice, then read as one.

Macros are never run: the converter is started with macros forbidden, a profile of its own and no network of its own.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from etl.read.document import Document, ReadError
from etl.read.waiting import others_work
from etl.read.word import read_word

CONVERTER_VARIABLE = "NIANBAO_SOFFICE"
SECONDS = 60
_FIB, _SECTOR = b"\xec\xa5", 512
_NAMES = ("soffice", "libreoffice", "soffice.com")
_PLACES = (
    "/opt/libreoffice*/program/soffice", "/usr/lib/libreoffice/program/soffice",
    "C:/Program Files/LibreOffice/program/soffice.com", "C:/Program Files (x86)/LibreOffice/program/soffice.com",
)  # fmt: skip
# No macro of any document runs, no links are followed.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse">
<value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse">
<value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>2</value></prop>
</item>
</oor:items>
"""


def read_legacy_word(name: str, data: bytes) -> Document:
    """The document in an old Word file. Raises ReadError when the converter is missing, fails or takes too long."""
    converter = find_converter()
    if converter is None:
        raise ReadError(
            "converter_missing",
            f"“{name}”是老式 Word 或 WPS 文档，读取它要用 LibreOffice，这台机器没有装。"
            "请安装 LibreOffice（Writer），或用 Word、WPS 打开后另存为 docx，再重新读取。",
        )
    if _is_locked(data):
        raise ReadError("password", f"“{name}”设有打开密码，不能读取。请在 Word 或 WPS 里取消密码后另存，再重新放入。")
    document = read_word(name, _converted(name, data, converter))
    return Document("doc", document.blocks, document.title, document.meta)


def _is_locked(data: bytes) -> bool:
    """Whether the head of the Word document in the compound file says that it is encrypted (fEncrypted of the FIB)."""
    heads = (data[at : at + 12] for at in range(_SECTOR, len(data), _SECTOR))
    return any(head.startswith(_FIB) and len(head) == 12 and bool(head[11] & 1) for head in heads)


def find_converter() -> str | None:
    """LibreOffice's program, from the variable NIANBAO_SOFFICE, the PATH or the usual places."""
    named = os.environ.get(CONVERTER_VARIABLE)
    if named:
        return shutil.which(named)
    for candidate in _NAMES:
        if found := shutil.which(candidate):
            return found
    for pattern in _PLACES:
        root = Path(pattern).anchor
        if root and (places := sorted(Path(root).glob(pattern.removeprefix(root)))):
            return str(places[-1])
    return None


def _converted(name: str, data: bytes, converter: str) -> bytes:
    suffix = ".rtf" if data.startswith(b"{\\rtf") else ".doc"
    with tempfile.TemporaryDirectory(prefix="nianbao-", ignore_cleanup_errors=True) as folder:
        work = Path(folder)
        profile = work / "profile" / "user"
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
        source = work / f"report{suffix}"
        source.write_bytes(data)
        command = [
            converter, f"-env:UserInstallation={(work / 'profile').as_uri()}", "--headless", "--norestore", "--nolockcheck",
            "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(work / "out"), str(source),
        ]  # fmt: skip
        if not _ran(command):
            raise ReadError(
                "too_slow",
                f"“{name}”用 LibreOffice 转换超过 {SECONDS} 秒，已停止。请用 Word 或 WPS 另存为 docx 后重新放入。",
            )
        made = work / "out" / "report.docx"
        if not made.exists():
            raise ReadError(
                "damaged_file",
                f"“{name}”转换不了：可能设有密码，或文件已损坏。请用 Word 或 WPS 打开，取消密码后另存为 docx，再重新放入。",
            )
        return made.read_bytes()


_running: set[subprocess.Popen[bytes]] = set()


def _ran(command: Sequence[str]) -> bool:
    """Whether the converter came to its end in time. Otherwise it is stopped, with whatever it started itself."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
    _running.add(process)
    try:
        with others_work():
            process.wait(SECONDS)
        return True
    except subprocess.TimeoutExpired:
        return False
    finally:
        stop_converter()


def stop_converter() -> None:
    """End every converter that this process started, and what those started: LibreOffice's launcher has a child."""
    while _running:
        process = _running.pop()
        if os.name == "nt":
            subprocess.run(["taskkill", "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False)
        else:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()
