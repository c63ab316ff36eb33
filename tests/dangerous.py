"""Files made to hurt whoever opens them, and what is to be said of each: name → (file name, bytes, code of the refusal).

The code "rejected" means that the file is read and found to be no report.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import NamedTuple

_MEGABYTE = 1024 * 1024
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_BOOK = (
    f'<workbook {_S} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
)
_BOOK_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>'
    "</Relationships>"
)
_RELATIONS = _BOOK_RELATIONS.replace("/worksheet", "/officeDocument").replace(
    "worksheets/sheet1.xml", "xl/workbook.xml"
)


class Danger(NamedTuple):
    name: str
    make: Callable[[], bytes]
    code: str


def packed(*files: tuple[str, bytes | Iterable[bytes]]) -> bytes:
    """A zip of these; content given in pieces never stands in memory as a whole."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, content in files:
            with package.open(name, "w", force_zip64=True) as part:
                for piece in (content,) if isinstance(content, bytes) else content:
                    part.write(piece)
    return held.getvalue()


def _word(*pieces: bytes) -> bytes:
    return packed(("[Content_Types].xml", _TYPES.encode()), ("word/document.xml", pieces))


def _sheet(*pieces: bytes) -> bytes:
    return packed(
        ("[Content_Types].xml", _TYPES.encode()), ("_rels/.rels", _RELATIONS.encode()), ("xl/workbook.xml", _BOOK.encode()),
        ("xl/_rels/workbook.xml.rels", _BOOK_RELATIONS.encode()), ("xl/worksheets/sheet1.xml", pieces),
    )  # fmt: skip


def word_of_a_gigabyte() -> bytes:
    """A document.xml that unpacks to a gigabyte of repeats."""
    return _word(f"<w:document {_W}><w:body>".encode(), *[b"<w:p/>" * 174_763] * 1024)


def word_of_deep_tables() -> bytes:
    """Tables in tables, thousands deep."""
    deep = 20_000
    return _word(
        f"<w:document {_W}><w:body>".encode(), b"<w:tbl><w:tr><w:tc>" * deep, b"</w:tc></w:tr></w:tbl>" * deep,
        b"</w:body></w:document>",
    )  # fmt: skip


def word_of_wide_spans() -> bytes:
    """Every cell says it covers half a thousand columns."""
    row = b'<w:tr>' + b'<w:tc><w:tcPr><w:gridSpan w:val="2000000000"/></w:tcPr><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc>' * 60 + b"</w:tr>"  # fmt: skip
    return _word(f"<w:document {_W}><w:body><w:tbl>".encode(), row * 500, b"</w:tbl></w:body></w:document>")


def _entities() -> str:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY l0 "ha">{levels}]>'


def word_of_entities() -> bytes:
    """Ten levels of entities, each ten of the one before."""
    body = f"<w:document {_W}><w:body><w:p><w:r><w:t>&l9;</w:t></w:r></w:p></w:body></w:document>"
    return _word((_entities() + body).encode())


def word_that_fetches() -> bytes:
    """An entity that is a file of this machine."""
    body = f"<w:document {_W}><w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>"
    return _word(f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>{body}'.encode())


def sheet_of_entities() -> bytes:
    cell = f'<worksheet {_S}><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&l9;</t></is></c></row></sheetData></worksheet>'
    return _sheet((_entities() + cell).encode())


def sheet_to_the_last_corner() -> bytes:
    """Two cells, the first and the very last a sheet can have."""
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return _sheet(f"<worksheet {_S}><sheetData>{cells}</sheetData></worksheet>".encode())


def sheet_of_a_gigabyte() -> bytes:
    row = b'<row r="1"><c r="A1" t="inlineStr"><is><t>abc</t></is></c></row>'
    return _sheet(
        f"<worksheet {_S}><sheetData>".encode(),
        *[row * 16_000] * 1024,
        b"</sheetData></worksheet>",
    )


def page_of_wide_spans() -> bytes:
    """A web page whose cells say they cover a thousand rows and columns each."""
    row = '<tr>' + '<td rowspan=65534 colspan=1000>1</td>' * 200 + "</tr>"  # fmt: skip
    return f"<html><meta charset=utf-8><body><table>{row * 200}</table></body></html>".encode()


def page_of_deep_tags() -> bytes:
    return b"<html><body>" + b"<div><table><tr><td>" * 100_000 + b"</body></html>"


def sheet_of_merged_cells() -> bytes:
    """A thousand merged cells, each the whole sheet."""
    merged = b'<mergeCell ref="A1:XFD1048576"/>' * 1000
    cells = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="9"><c r="B9"><v>1</v></c></row>'
    return _sheet(
        f"<worksheet {_S}><sheetData>".encode(),
        cells,
        b"</sheetData><mergeCells>",
        merged,
        b"</mergeCells></worksheet>",
    )


def zip_bomb() -> bytes:
    return packed(("大.txt", [bytes(_MEGABYTE)] * 1024))


def nested_bomb() -> bytes:
    """Ten archives in each of ten in each of ten, a hundred megabytes of nothing in every one of the innermost."""
    inner = packed(("a.txt", [bytes(_MEGABYTE)] * 100))
    for level in range(3):
        inner = packed(*((f"{level}-{n}.zip", inner) for n in range(10)))
    return inner


def locked_word() -> bytes:
    return _OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(100)


def locked_old_word() -> bytes:
    """The head of a Word document in the old format, with the mark that the rest is encrypted."""
    head = b"\xec\xa5\xc1\x00" + bytes(6) + b"\xf0\x13" + bytes(500)
    return _OLE + bytes(504) + head + "WordDocument".encode("utf-16-le") + bytes(100)


def locked_old_sheet() -> bytes:
    """The first records of a workbook in the old format: its beginning, then that it is encrypted."""
    head = b"\x09\x08\x10\x00\x00\x06\x05\x00" + bytes(12) + b"\x2f\x00\x36\x00\x01\x00" + bytes(500)
    return _OLE + bytes(504) + head + "Workbook".encode("utf-16-le") + bytes(100)


def pdf(objects: Iterable[bytes], trailer: bytes = b"") -> bytes:
    """A PDF of these objects; the first is the catalogue."""
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, trailer, len(data))
    return data + b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1) + table + end


def _stream(content: bytes, more: bytes = b"") -> bytes:
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(content), more, content)


_FONT = (
    b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[<</Type/Font"
    b"/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/DW 1000>>]>>"
)


def _pages(content: bytes, count: int = 1, more: bytes = b"") -> list[bytes]:
    """The objects of `count` pages that all show the same content."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents 4 0 R>>"
    kids = b" ".join(b"%d 0 R" % n for n in range(5, 5 + count))
    tree = b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, kids)
    return [b"<</Type/Catalog/Pages 2 0 R>>", tree, _FONT, _stream(content, more), *[page] * count]


def _shown(text: str) -> bytes:
    return b"BT /F1 12 Tf 72 700 Td <%s> Tj ET\n" % text.encode("utf-16-be").hex().encode()


def pdf_with_wrong_map(text: str, shown: str) -> bytes:
    """A page that shows `text` and whose map of characters says of every one of them that it is `shown`."""
    lines = text.split("\n")
    orders = b"".join(
        b"BT /F1 12 Tf 72 %d Td <%s> Tj ET\n" % (780 - 20 * n, line.encode("utf-16-be").hex().encode())
        for n, line in enumerate(lines)
    )
    pairs = b"\n".join(b"<%04x> <%04x>" % (ord(letter), ord(shown)) for letter in sorted(set(text)))
    head = b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange\n"
    listed = b"%d beginbfchar\n%s\nendbfchar endcmap end" % (len(set(text)), pairs)
    objects = _pages(orders)
    objects[2] = objects[2][:-2] + b"/ToUnicode %d 0 R>>" % (len(objects) + 1)
    return pdf([*objects, _stream(head + listed)])


def pdf_of_5000_pages() -> bytes:
    return pdf(_pages(_shown("一、总体情况"), 5000))


def pdf_of_200_full_pages() -> bytes:
    """As many pages as are read, each with far more characters than fit on it."""
    return pdf(_pages(_shown("信息公开工作年度报告总体情况" * 30) * 95, 200))


def pdf_of_endless_lines() -> bytes:
    """A page ruled more often than any table."""
    lines = b"".join(
        b"%d %d m %d %d l S\n" % (n % 595, n // 10 % 842, n % 595, n // 10 % 842 + 9) for n in range(400_000)
    )
    return pdf(_pages(_shown("信息公开工作年度报告总体情况") + lines))


def pdf_of_endless_pictures(count: int = 3_000_000) -> bytes:
    """One page that shows the same small picture millions of times, in a few kilobytes."""
    import zlib

    picture = (
        b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>"
        b"\nstream\na\nendstream"
    )
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</I 4 0 R>>>>/Contents 5 0 R>>"
    shown = zlib.compress(b"/I Do\n" * count)
    return pdf([
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page, picture,
        _stream(shown, b"/Filter/FlateDecode"),
    ])  # fmt: skip


def pdf_that_contains_itself() -> bytes:
    """A tree of pages whose branch is its own root."""
    return pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 3/Kids[2 0 R 2 0 R 2 0 R]>>"])


def pdf_that_unpacks_without_end() -> bytes:
    """A content stream packed twice: a gigabyte of blanks in a few bytes."""
    import zlib

    packer = zlib.compressobj(1)
    content = b"".join([*(packer.compress(b" " * _MEGABYTE) for _ in range(1024)), packer.flush()])
    return pdf(_pages(zlib.compress(content, 9), 1, b"/Filter[/FlateDecode/FlateDecode]"))


def pdf_with_password() -> bytes:
    secret = b"<" + b"5a" * 32 + b">"
    lock = b"/Encrypt<</Filter/Standard/V 1/R 2/O%s/U%s/P -4>>/ID[<00><00>]" % (secret, secret)
    return pdf(_pages(_shown("一、总体情况")), lock)


def pdf_of_a_huge_picture() -> bytes:
    """A picture that says it is thirty thousand dots wide and high, in a few bytes."""
    picture = (
        b"<</Type/XObject/Subtype/Image/Width 30000/Height 30000/ColorSpace/DeviceGray/BitsPerComponent 8/Length 3>>"
        b"\nstream\nabc\nendstream"
    )
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</I 4 0 R>>>>/Contents 5 0 R>>"
    return pdf([
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page, picture,
        _stream(b"595 0 0 842 0 0 cm /I Do"),
    ])  # fmt: skip


def pdf_of_a_huge_page() -> bytes:
    """A page of paper ten kilometres wide, only a picture on it."""
    return pdf_of_a_huge_picture().replace(b"[0 0 595 842]", b"[0 0 9e6 9e6]").replace(b"595 0 0 842", b"9e6 0 0 9e6")


def png_of_huge_size() -> bytes:
    """A picture that says it is a hundred thousand dots wide and high."""
    import struct
    import zlib

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    size = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes(_MEGABYTE))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def rtf_of_deep_groups() -> bytes:
    return b"{\\rtf1" + b"{" * 300_000 + b"x"


DANGERS: dict[str, Danger] = {
    "Word 正文 1 GB": Danger("a.docx", word_of_a_gigabyte, "file_too_large"),
    "Word 表套表两万层": Danger("a.docx", word_of_deep_tables, "damaged_file"),
    "Word 跨列二十亿": Danger("a.docx", word_of_wide_spans, "file_too_large"),
    "Word 实体膨胀": Danger("a.docx", word_of_entities, "hostile_file"),
    "Word 引用本机文件": Danger("a.docx", word_that_fetches, "hostile_file"),
    "Word 设有密码": Danger("a.docx", locked_word, "password"),
    "旧版 Word 设有密码": Danger("a.doc", locked_old_word, "password"),
    "旧版 Excel 设有密码": Danger("a.xls", locked_old_sheet, "password"),
    "Excel 实体膨胀": Danger("a.xlsx", sheet_of_entities, "damaged_file"),
    "Excel 写到最后一格": Danger("a.xlsx", sheet_to_the_last_corner, "file_too_large"),
    "Excel 工作表 1 GB": Danger("a.xlsx", sheet_of_a_gigabyte, "file_too_large"),
    "Excel 合并格盖满全表": Danger("a.xlsx", sheet_of_merged_cells, "rejected"),
    "网页跨行六万": Danger("a.html", page_of_wide_spans, "file_too_large"),
    "网页套十万层": Danger("a.html", page_of_deep_tags, "rejected"),
    "PDF 5000 页": Danger("a.pdf", pdf_of_5000_pages, "too_many_pages"),
    "PDF 200 页写满": Danger("a.pdf", pdf_of_200_full_pages, "file_too_large"),
    "PDF 四十万条线": Danger("a.pdf", pdf_of_endless_lines, "file_too_large"),
    "PDF 一页三百万张图": Danger("a.pdf", pdf_of_endless_pictures, "file_too_large"),
    "PDF 页树自套": Danger("a.pdf", pdf_that_contains_itself, "damaged_file"),
    "PDF 压缩炸弹": Danger("a.pdf", pdf_that_unpacks_without_end, "file_too_large"),
    "PDF 设有密码": Danger("a.pdf", pdf_with_password, "password"),
    "PDF 巨幅图片": Danger("a.pdf", pdf_of_a_huge_picture, "no_text_layer"),
    "PDF 巨幅页面": Danger("a.pdf", pdf_of_a_huge_page, "no_text_layer"),
    "图片自称十万见方": Danger("a.png", png_of_huge_size, "damaged_file"),
    "RTF 括号三十万层": Danger("a.rtf", rtf_of_deep_groups, "damaged_file"),
    "空文件": Danger("a.docx", lambda: b"", "empty_file"),
    "PDF 只有开头": Danger("a.pdf", partial(bytes.__add__, b"%PDF-1.7\n", bytes(2000)), "damaged_file"),
}
HEAVY = frozenset(
    {"PDF 200 页写满", "PDF 一页三百万张图", "PDF 巨幅图片", "PDF 巨幅页面"}
)  # some seconds each: measured by hand
ARCHIVES: dict[str, Callable[[], bytes]] = {"压缩炸弹 1 GB": zip_bomb, "嵌套压缩炸弹": nested_bomb}


@cache
def made(what: str) -> bytes:
    """The bytes of one of them, made once."""
    return DANGERS[what].make() if what in DANGERS else ARCHIVES[what]()
