"""Parts of a zipped office document, taken out with care: sizes are checked before and while unpacking."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Generator
from contextlib import contextmanager

from lxml import etree  # ty: ignore[missing-module-member]

from etl.read.document import ReadError

MOST_PART_BYTES = 40 * 1024 * 1024  # of one XML part unpacked; a report's is about 0.3 MB


@contextmanager
def opened(name: str, data: bytes) -> Generator[zipfile.ZipFile]:
    """The package; whatever is wrong with its structure becomes a ReadError."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            yield package
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, KeyError, ValueError) as error:
        raise ReadError(
            "damaged_file", f"“{name}”已损坏，有一部分打不开。请用原来的软件打开后另存一份，再重新放入。"
        ) from error
    except RuntimeError as error:  # zipfile's way to say that a part is encrypted
        raise ReadError("password", f"“{name}”设有密码，不能读取。请取消密码后另存，再重新放入。") from error


def part(name: str, package: zipfile.ZipFile, path: str) -> bytes:
    """One part's bytes. Raises KeyError where there is none, ReadError where it unpacks to more than a document can be."""
    with package.open(path) as stream:
        data = stream.read(MOST_PART_BYTES + 1)
    if len(data) > MOST_PART_BYTES:
        raise ReadError(
            "file_too_large",
            f"“{name}”解压后的正文超过 {MOST_PART_BYTES // 1024 // 1024} MB，不是正常的年报。请确认文件是否拿错。",
        )
    return data


def xml(name: str, data: bytes) -> etree._Element:
    """The root of a part. No entity is expanded, nothing is fetched; a part that declares a document type is refused."""
    if b"<!DOCTYPE" in data[:10_000]:
        raise _declared(name)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ReadError(
            "damaged_file", f"“{name}”的内容已损坏，不能完整读取。请用原来的软件打开后另存一份，再重新放入。"
        ) from error
    if root.getroottree().docinfo.doctype:
        raise _declared(name)
    return root


def _declared(name: str) -> ReadError:
    return ReadError("hostile_file", f"“{name}”里有正常文档不会有的声明，为安全起见没有读取。请向报送单位重新索取。")
