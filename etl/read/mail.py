"""Web pages saved as a single file (.mht): the page inside is read as any other page."""

from __future__ import annotations

import email
import email.policy

from etl.read.document import Document, ReadError
from etl.read.web import read_web


def read_mail(name: str, data: bytes) -> Document:
    """The largest page in the file; pictures and styles beside it are left alone."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    pages: list[bytes] = []
    for part in message.walk():
        if part.get_content_type() == "text/html":
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                pages.append(content)
    if not pages:
        raise ReadError("damaged_file", f"“{name}”里没有网页正文。请在浏览器里重新保存为网页（html）后放入。")
    document = read_web(name, max(pages, key=len))
    return Document("mht", document.blocks, document.title, document.meta)
