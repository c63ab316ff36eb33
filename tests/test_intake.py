"""收报核对: what waits and what lies there unseen is told, and of many decisions saved at once none is lost or overwritten."""

from __future__ import annotations

import hashlib
import io
import threading
import zipfile
from pathlib import Path

import pytest

from etl.build import build
from etl.intake import finish, stage, staged, unseen
from etl.intake.staging import only_one
from etl.ledger import Ledger
from etl.paths import County
from etl.warehouse.read import open_build
from tests.counties import report, small_county

NAME = "双桥乡2023年年报.txt"
NEW = report("青禾县双桥乡人民政府", 2023, first=7000)


@pytest.fixture
def county(tmp_path: Path) -> County:
    return small_county(tmp_path / "county")


def known(county: County) -> dict[str, int]:
    with open_build(build(county).stamp.path) as connection:
        return dict(connection.sql("SELECT path, size FROM source_file").fetchall())


# ── what lies there and is in no build


def test_a_file_that_no_build_has_taken_in_is_told_until_one_has(county: County) -> None:
    before = known(county)
    assert unseen(county, before) == () and len(unseen(county, {})) == 3
    (county.raw / "2023" / NAME).write_bytes(NEW)
    assert unseen(county, before) == (f"raw/2023/{NAME}",)
    assert unseen(county, known(county)) == ()


def test_a_file_of_another_size_is_told_and_one_that_was_not_opened_is_not(county: County) -> None:
    before = known(county)
    (changed,) = (county.raw / "2023").iterdir()
    changed.write_bytes(changed.read_bytes() + b"\n")
    path = changed.relative_to(county.root).as_posix()
    assert unseen(county, before) == (path,) and unseen(county, before | {path: 0}) == ()


def test_an_archive_is_known_by_what_is_in_it_and_what_no_build_reads_is_not_missed(county: County) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(f"甲/乙/{NAME}", NEW)
    (county.raw / "2023" / "年报.zip").write_bytes(packed.getvalue())
    (county.raw / "2023" / ".nianbao-1").write_bytes(b"x")
    (county.raw / "2023" / "Thumbs.db").write_bytes(b"x")
    (county.raw / "2023" / "空.txt").write_bytes(b"")
    assert unseen(county, known(county)) == ()


def test_without_a_folder_nothing_is_missed(tmp_path: Path) -> None:
    assert unseen(County(tmp_path), {}) == ()


def test_what_another_session_is_entering_is_not_taken_for_cut_off(county: County) -> None:
    """It is looked at again once the other session has done."""
    (waiting,) = stage(county, NAME, NEW)
    after = {"path": f"raw/2023/{NAME}", "name": NAME, "unit_id": "t02", "year": 2023}
    Ledger(county.ledger).record("intake", waiting.sha256, after, who="李经办")
    found: list[int] = []
    asking = threading.Thread(target=lambda: found.append(len(finish(county))))
    with only_one(county):
        asking.start()
        asking.join(0.5)
        assert asking.is_alive() and waiting.path is not None
        (county.root / after["path"]).write_bytes(NEW)
        waiting.path.unlink()
    asking.join(30)
    assert found == [0] and staged(county) == ()
    assert hashlib.sha256((county.root / after["path"]).read_bytes()).hexdigest() == waiting.sha256
