"""A Word template that a county can edit, filled in; what is wrong with it is said with its remedy."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment

from etl.paths import County

SAMPLE_MARK = "示例数据（虚构，不是真实单位的报告）"
_SHIPPED = Path(str(resources.files("etl.publish"))) / "templates"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
BRACES = re.compile(r"\{[{%]|[%}]\}|｛｛|｝｝")


class TemplateFault(RuntimeError):
    """Nothing was made; the message names the template's fault and the remedy."""


def template_called(county: County, name: str) -> Path:
    """The county's own template of this name where it has one, else the product's."""
    own = county.templates / name
    return own if own.exists() else shipped(name)


def shipped(name: str) -> Path:
    return _SHIPPED / name


def fill(template: Path, context: Mapping[str, Any], known: str) -> bytes:
    """The template as .docx with these values; `known` says which names there are, for whoever wrote another. Raises
    TemplateFault where the template cannot be used."""
    try:
        document = DocxTemplate(io.BytesIO(_template_bytes(template)))
        document.render(dict(context), _environment())
        made = io.BytesIO()
        document.save(made)
    except (UndefinedError, TemplateError) as error:
        raise _template_fault(template, error, known) from error
    except TemplateFault:
        raise
    except Exception as error:  # a broken package or XML shows as errors of several libraries
        raise TemplateFault(
            f"模板 {template} 用不了：{_no_docx(template)}（{type(error).__name__}）。请用 Word 打开后另存为 .docx，"
            "或删去这个文件，改用自带的模板。"
        ) from error
    return made.getvalue()


def text_of(data: bytes) -> str:
    """What stands in the body of a .docx, escaped as in its XML and without blanks: see `told`."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        xml = package.read("word/document.xml").decode()
    return squeezed(re.sub(r"<[^>]+>", "", xml))


def told(text: str) -> str:
    """How a text stands in what text_of gives."""
    return squeezed(clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def squeezed(text: str) -> str:
    return re.sub(r"\s+|&#34;|&#39;|[\"']", "", text)


def clean(text: str) -> str:
    """Without the characters that no Word file can hold."""
    return _CONTROL.sub("", text.encode(errors="ignore").decode())


def zip_files(files: Iterable[tuple[Callable[[int], str], bytes]], dated: date | None = None) -> bytes:
    """One archive; a name is asked for with 1, and with higher numbers while it is taken. Names are in UTF-8 and say so."""
    packed = io.BytesIO()
    taken: set[str] = set()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name_with, data in files:
            number = 1
            while (name := name_with(number)).lower() in taken:  # Windows does not tell capitals apart
                number += 1
            taken.add(name.lower())
            info = zipfile.ZipInfo(name, (dated or date.today()).timetuple()[:6])
            info.compress_type, info.flag_bits = zipfile.ZIP_DEFLATED, info.flag_bits | 0x800
            archive.writestr(info, data)
    return packed.getvalue()


def known_names(fields: Sequence[str], row_fields: Sequence[str]) -> str:
    """What a fault says of the names that there are."""
    return f"可用的有 {'、'.join(fields)}；表格行里有 {'、'.join('行.' + each for each in row_fields)}"


@cache
def _environment() -> SandboxedEnvironment:
    """A template can show what it is given and nothing else; a name that is not given is a fault, not a gap."""
    return SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)


def _template_bytes(template: Path) -> bytes:
    try:
        return template.read_bytes()
    except OSError as error:
        raise TemplateFault(
            f"模板 {template} 打不开（{error.strerror or error}）。请关闭正在打开它的程序后重试。"
        ) from error


def _template_fault(template: Path, error: TemplateError, known: str) -> TemplateFault:
    lines = [line.strip() for line in getattr(error, "docx_context", []) if line.strip()]
    place = f"，在“{lines[len(lines) // 2][:40]}”附近" if lines else ""
    if isinstance(error, UndefinedError):
        name = re.search(r"'([^']+)' is undefined|has no attribute '([^']+)'", error.message or "")
        what = f"不认识“{name[1] or name[2]}”" if name else "用到了没有的名称"
        return TemplateFault(
            f"模板 {template} 用不了：{what}{place}。{known}。请改正，或删去这个文件，改用自带的模板。"
        )
    return TemplateFault(
        f"模板 {template} 用不了：花括号里的写法有误{place}（{error.message}）。请对照自带的模板改正，成对写好"
        "“{{ }}”“{% %}”和 for/endfor、if/endif，或删去这个文件，改用自带的模板。"
    )


def _no_docx(template: Path) -> str:
    return "填好后不成文档，表格行的标记可能放错了位置" if zipfile.is_zipfile(template) else "不是 .docx 文件，或已损坏"
