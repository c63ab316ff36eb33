"""Reading that waits for another program or engine: whoever limits the time of a file is told, and counts it apart."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager


def _nobody(is_waiting: bool) -> None:
    """Nobody limits the time."""


told: Callable[[bool], None] = _nobody  # set by the process that reads


@contextmanager
def others_work() -> Generator[None]:
    """Around what LibreOffice or the recognition of scans does, which may take far longer than reading."""
    told(True)
    try:
        yield
    finally:
        told(False)
