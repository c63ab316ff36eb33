"""When two printings of a label are the same label."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_DROPPED = re.compile(r"[\W_]+")
_ORDINAL = re.compile(
    r"\s*(?:第?[（(]\s*(?:[一二三四五六七八九十]{1,3}|\d{1,2})\s*[)）]|(?:[一二三四五六七八九十]{1,3}|\d{1,2})\s*[、.．,，)）])\s*[、.．]?"
)


@lru_cache(maxsize=20_000)
def key(text: str) -> str:
    """The label without its ordinal, width, spaces and punctuation: （一） 予以 公开 → 予以公开."""
    plain = unicodedata.normalize("NFKC", text)
    ordinal = _ORDINAL.match(plain)
    return _DROPPED.sub("", plain[ordinal.end() :] if ordinal else plain)


def full_key(text: str) -> str:
    """The label with its ordinal, without width, spaces and punctuation."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text))
