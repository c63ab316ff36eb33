"""只读: a process for those who may see what is finished and decide nothing (`nianbao up --viewer`).

Until there is a login, who may see drafts is decided by which process somebody is let into. In a viewer's every page and
every query looks into a copy of the build in which the scores of unfinished years do not stand; nothing is written.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from etl.paths import VIEWER_VARIABLE
from etl.warehouse.viewing import without_drafts

REFUSED = "没有保存：这里只能看，不能改。要处理请到经办人用的看板。"
_WRITING = frozenset({"intake", "rectification", "appeals"})  # pages that are for deciding, by their address
_KEPT = 2  # copies: the build in force, and the one before it, which somebody may still look at
_copying = threading.Lock()
_made: dict[Path, Path] = {}
_folder: list[Path] = []


def is_viewer() -> bool:
    """Whether this process shows no drafts and writes nothing."""
    return os.environ.get(VIEWER_VARIABLE, "") not in ("", "0")


def menu(pages: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
    """The pages of the navigation, without those that write where nobody may."""
    kept = {
        group: [page for page in held if not (is_viewer() and page.url_path in _WRITING)]
        for group, held in pages.items()
    }
    return {group: held for group, held in kept.items() if held}


def shown(build: Path | None) -> Path | None:
    """The warehouse file that pages and queries may open for this build. Raises OSError or duckdb.Error where no copy can
    be made: the build itself is never shown in its place."""
    if build is None or not is_viewer():
        return build
    with _copying:
        if build not in _made or not _made[build].is_file():
            _made[build] = without_drafts(build, _place())
            for old in list(_made)[:-_KEPT]:
                if (copy := _made.pop(old)) != old:
                    with suppress(OSError):  # Windows keeps a file that somebody still looks into
                        copy.unlink()
        return _made[build]


def _place() -> Path:
    if not _folder:
        _folder.append(Path(tempfile.mkdtemp(prefix="nianbao-")))
        atexit.register(shutil.rmtree, _folder[0], ignore_errors=True)
    return _folder[0]
