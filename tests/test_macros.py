"""Old Word documents with macros are read, and no macro of any document ever runs."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import time
import zipfile
from pathlib import Path

import docx
import pytest

from etl.read import find_converter, read_document
from etl.read.legacy_word import _SETTINGS
from tests.macros import streams_of, with_macros

TEXT = "青禾县柳堡镇人民政府2024年政府信息公开工作年度报告"
CELLS = ("新收", "12", "办结", "12")
# A document of LibreOffice's own whose macro is bound to its opening: what would run if anything could.
_OWN_FORMAT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0"
 xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:ooo="http://openoffice.org/2004/office"
 xmlns:dom="http://www.w3.org/2001/xml-events" office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text"><office:scripts><office:script script:language="ooo:Basic">
<ooo:libraries><ooo:library-embedded ooo:name="Standard"><ooo:module ooo:name="M"><ooo:source-code>{macro}
</ooo:source-code></ooo:module></ooo:library-embedded></ooo:libraries></office:script><office:event-listeners>
<script:event-listener script:language="ooo:script" script:event-name="dom:load" xlink:type="simple"
 xlink:href="vnd.sun.star.script:Standard.M.Main?language=Basic&amp;location=document"/></office:event-listeners>
</office:scripts><office:body><office:text><text:p>{text}</text:p></office:text></office:body></office:document>
"""


def macro(name: str, mark: Path) -> str:
    return f'Sub {name}()\n    Open "{mark}" For Output As #1\n    Print #1, "ran"\n    Close #1\nEnd Sub\n'


@pytest.fixture
def converter() -> str:
    found = find_converter()
    if found is None:
        pytest.skip("没有 LibreOffice：安装后运行")
    return found


def converted(converter: str, source: Path, kind: str) -> bytes:
    """The file as LibreOffice saves it in another format, for these tests alone."""
    folder = source.parent
    command = [converter, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", kind,
               "--outdir", str(folder / "out"), str(source)]  # fmt: skip
    subprocess.run(command, capture_output=True, check=True, timeout=120)
    return (folder / "out" / f"{source.stem}.{kind}").read_bytes()


@pytest.fixture
def with_vba(converter: str, tmp_path: Path) -> bytes:
    """A Word 97 document that writes `ran-…` beside itself when it is opened, in all the ways that Word knows."""
    plain = docx.Document()
    plain.add_paragraph(TEXT)
    table = plain.add_table(2, 2, style="Table Grid")
    for cell, text in zip((cell for row in table.rows for cell in row.cells), CELLS, strict=True):
        cell.text = text
    plain.add_paragraph("以上。")
    plain.save(str(tmp_path / "plain.docx"))
    document = converted(converter, tmp_path / "plain.docx", "doc")
    ways = ("AutoExec", "AutoOpen", "AutoClose", "Main")
    found = with_macros(
        document,
        ThisDocument="".join(macro(f"Document_{way}", tmp_path / f"ran-{way}") for way in ("Open", "Close")),
        NewMacros="".join(macro(way, tmp_path / f"ran-{way}") for way in ways),
    )
    assert {path: data for path, data in streams_of(found).items() if path[0] != "Macros"} == streams_of(document)
    return found


def test_a_word_document_with_macros_is_read_and_they_do_not_run(with_vba: bytes, tmp_path: Path) -> None:
    document = read_document("年报.doc", with_vba)
    assert document.format == "doc" and TEXT in [block.text for block in document.paragraphs]
    assert [[cell.text for cell in row] for row in document.grids[0].rows] == [[*CELLS[:2]], [*CELLS[2:]]]
    assert not list(tmp_path.glob("ran-*"))


def test_a_document_of_another_program_that_calls_itself_doc_is_not_given_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("etl.read.legacy_word.find_converter", lambda: pytest.fail("it was to be converted"))
    text = _OWN_FORMAT.format(text=TEXT, macro=macro("Main", tmp_path / "ran"))
    assert read_document("年报.doc", text.encode()).format != "doc"


@pytest.mark.slow
def test_the_macros_are_genuine(converter: str, with_vba: bytes, tmp_path: Path) -> None:
    """LibreOffice finds them: without that, nothing would be shown by their not running."""
    (tmp_path / "vba.doc").write_bytes(with_vba)
    with zipfile.ZipFile(io.BytesIO(converted(converter, tmp_path / "vba.doc", "odt"))) as package:
        assert b"Sub AutoOpen()" in package.read("Basic/Project/NewMacros.xml")
        assert b"Sub Document_Open()" in package.read("Basic/Project/ThisDocument.xml")


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="这里用 Linux 的办法结束 LibreOffice")
def test_the_profile_forbids_what_another_would_let_run(converter: str, tmp_path: Path) -> None:
    """Opened, not converted: converting runs no macros whatever the profile says, and that is not ours to rely on."""
    allowed = _SETTINGS.replace("<value>3</value>", "<value>0</value>", 1).replace("<value>true</value>", "<value>false</value>", 1)  # fmt: skip
    took = opened(converter, tmp_path / "allowed", allowed, 90)
    assert took is not None, "the macro runs where it may"
    assert opened(converter, tmp_path / "forbidden", _SETTINGS, 3 * took + 5) is None


def opened(converter: str, folder: Path, settings: str, seconds: float) -> float | None:
    """After how many seconds the macro of a document ran, None where it did not."""
    (folder / "profile" / "user").mkdir(parents=True)
    (folder / "profile" / "user" / "registrymodifications.xcu").write_text(settings, encoding="utf-8")
    mark, source = folder / "ran", folder / "年报.fodt"
    source.write_text(_OWN_FORMAT.format(text=TEXT, macro=macro("Main", mark)), encoding="utf-8")
    command = [
        converter,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--norestore",
        str(source),
    ]
    quiet, began = subprocess.DEVNULL, time.monotonic()
    process = subprocess.Popen(command, stdout=quiet, stderr=quiet, start_new_session=True)
    try:
        while time.monotonic() < began + seconds:
            if mark.exists():
                return time.monotonic() - began
            time.sleep(0.1)
        return None
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
