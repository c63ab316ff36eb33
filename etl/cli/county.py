"""up, build, sample, bundle: what makes something that stays."""

from __future__ import annotations

import argparse
import os
import signal
import time
from pathlib import Path
from typing import Any

import duckdb

from etl.arguments import USAGE
from etl.build import Built, build
from etl.bundle import make_bundle
from etl.cli.screen import FAILED, OK, bar, print_json, tell, tell_error
from etl.paths import DATA_VARIABLE, DEMO_FOLDER, County, default_county
from etl.sample import is_made, make_county
from etl.serve import served
from etl.warehouse.failure import BuildError
from etl.warehouse.read import current_build, open_build
from etl.warehouse.viewing import has_drafts


def _built(county: County, full: bool = False) -> Built:
    with bar() as progress:
        return build(county, full=full, progress=progress)


def _counts(built: Built) -> dict[str, Any]:
    stamp = built.stamp
    with open_build(stamp.path) as connection:
        outcomes = connection.sql("SELECT outcome, count(*) FROM source_file GROUP BY outcome").fetchall()
        ((unclaimed,),) = connection.sql("SELECT count(*) FROM report WHERE unit_id IS NULL OR year IS NULL").fetchall()
    parsed = stamp.parsed_count if built.is_new else 0
    return {
        "build_id": stamp.build_id, "content_hash": stamp.content_hash, "warehouse": str(stamp.path),
        "new": built.is_new, "files": stamp.file_count, "parsed": parsed, "carried_over": stamp.file_count - parsed,
        "complete": 0, "partial": 0, "rejected": 0, "unreadable": 0, **dict(outcomes), "unclaimed": unclaimed,
    }  # fmt: skip


def _tell_built(built: Built, seconds: float) -> None:
    n = _counts(built)
    if built.is_new:
        tell(
            f"已建库：{n['files']} 份文件，新读 {n['parsed']} 份，沿用 {n['carried_over']} 份，用时 {seconds:.1f} 秒。"
        )
    else:
        tell(f"没有改动，沿用已有仓库：{n['files']} 份文件，用时 {seconds:.1f} 秒。")
    tell(
        f"读取完整 {n['complete']} 份，部分待核 {n['partial']} 份，不是年报 {n['rejected']} 份，"
        f"读不出 {n['unreadable']} 份；待认领 {n['unclaimed']} 份。\n仓库：{n['warehouse']}"
    )


def build_command(arguments: argparse.Namespace) -> int:
    started = time.perf_counter()
    built = _built(default_county(arguments.data), arguments.full)
    if arguments.json:
        print_json(_counts(built))
    else:
        _tell_built(built, time.perf_counter() - started)
    return OK


def up_command(arguments: argparse.Namespace) -> int:
    county = default_county(arguments.data)
    if arguments.viewer:
        if not (arguments.data or os.environ.get(DATA_VARIABLE) or current_build(county)):
            county = County(DEMO_FOLDER)  # what `up` without a word shows
        _check_viewable(county)
        return OK if arguments.no_serve else _serve(county, arguments.address, arguments.port, viewer=True)
    given = arguments.data or os.environ.get(DATA_VARIABLE)
    if not given and not county.has_reports():
        county = County(DEMO_FOLDER)
        tell("data/raw 里还没有年报，先用虚构的“青禾县”演示（示例数据，存放在 demo 文件夹）。")
        tell("使用自己的年报：放进 data/raw/年度/ 文件夹，填好 data/units.csv，再运行一次本命令。")
        if not is_made(county.root):
            _make_sample(county.root)
    started = time.perf_counter()
    _tell_built(_built(county), time.perf_counter() - started)
    return OK if arguments.no_serve else _serve(county, arguments.address, arguments.port)


def _check_viewable(county: County) -> None:
    """A viewer builds nothing: there must be a build, of this version."""
    build = current_build(county)
    if build is None:
        raise BuildError(f"{county.root} 里还没有建好的仓库，没有可看的。请先运行 nianbao up 或 nianbao build。")
    try:
        has_drafts(build)
    except duckdb.Error as error:
        raise BuildError(
            f"仓库 {build.name} 打不开，或由旧版本建成，分不清哪些得分没有定稿。请先运行 nianbao build。"
        ) from error


def _serve(county: County, address: str, port: int, *, viewer: bool = False) -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a service manager's way to say Ctrl+C
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a script's background job would ignore it
    try:
        with served(county, address, port, viewer=viewer) as (url, server):
            tell(f"看板已打开{'（只读）' if viewer else ''}：{url}  （按 Ctrl+C 结束）")
            return OK if server.wait() == 0 else FAILED
    except KeyboardInterrupt:
        tell("看板已关闭。")
        return OK


def sample_command(arguments: argparse.Namespace) -> int:
    first, _, last = arguments.years.partition("-")
    if not (first.isdigit() and (last or first).isdigit()):
        tell_error(f"--years 应写成 2019-2025 这样，实为“{arguments.years}”。")
        return USAGE
    return _make_sample(Path(arguments.folder), range(int(first), int(last or first) + 1), arguments.seed)


def _make_sample(folder: Path, years: range = range(2019, 2026), seed: int = 20240115) -> int:
    with bar() as progress:
        make_county(folder, years=years, seed=seed, progress=lambda done, in_all: progress("造示例县", done, in_all))
    tell(f"示例县“青禾县”已写入 {folder}（虚构数据）。")
    return OK


def bundle_command(arguments: argparse.Namespace) -> int:
    made = make_bundle(Path(arguments.to), ocr=arguments.ocr, progress=tell_error)
    tell(f"内网安装包已做好：{made}")
    return OK
