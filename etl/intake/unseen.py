"""Files under DIR/raw that no build has taken in yet: put there by hand, or by an intake that was cut off before its
build."""

from __future__ import annotations

from collections.abc import Mapping

from etl.paths import County


def unseen(county: County, known: Mapping[str, int]) -> tuple[str, ...]:
    """The paths, in order, of files that are not among `known`, or have another size than there.

    `known` is path → size of every file of a build, 0 where the build did not open it; paths are relative to the
    county's folder, and a file in an archive stands behind the archive's path. Contents are not looked into: this is
    asked whenever a page is drawn. A name that UTF-8 cannot write is left out, since only a build says how it is shown.
    Raises OSError where a folder cannot be looked into.
    """
    archives = {path.rsplit("/", count)[0] for path in known for count in range(1, path.count("/") + 1)}
    found = []
    for location in county.raw_files():
        path = location.relative_to(county.root).as_posix()
        if not _is_writable(path) or path in archives:
            continue
        size = known.get(path)
        if size is None or (size and size != location.stat().st_size):
            found.append(path)
    return tuple(sorted(found))


def _is_writable(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
