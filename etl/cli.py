"""nianbao on the command line: parses arguments, calls, prints. No logic of its own."""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from etl.build import Outcome, build
from etl.paths import DATA_VARIABLE, DEMO_FOLDER, County, default_county
from etl.read import ReadError, read_document
from etl.recognise import report_from
from etl.report import Report, ReportStatus
from etl.units import RegisterError, load_units
from etl.warehouse.explain import ExplainError, explain
from etl.warehouse.read import open_build
from etl.warehouse.write import WarehouseError

OK, UNREADABLE, USAGE, FAILED = 0, 1, 2, 3
_WORDS = {
    "usage: ": "用法：",
    "options": "选项",
    "positional arguments": "参数",
    "show this help message and exit": "显示这段说明",
}
out, err = Console(), Console(stderr=True)


class _Parser(argparse.ArgumentParser):
    """argparse with Chinese words."""

    def error(self, message: str):
        err.print(f"命令写法有误：{message}。请运行 {self.prog} --help 查看用法。", markup=False)
        raise SystemExit(USAGE)

    def format_help(self) -> str:
        text = super().format_help()
        for english, chinese in _WORDS.items():
            text = text.replace(english, chinese)
        return text


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code: 0 done, 1 something could not be read, 2 wrong usage, 3 failed with the last warehouse kept."""
    try:
        arguments = _parser().parse_args(argv)
        return arguments.run(arguments)
    except SystemExit as stop:
        return int(stop.code or 0)
    except (WarehouseError, RegisterError, ExplainError) as error:
        err.print(str(error), markup=False, soft_wrap=True)
        return USAGE if isinstance(error, ExplainError) else FAILED
    except KeyboardInterrupt:
        err.print("已停止。")
        return FAILED
    except OSError as error:
        err.print(f"{error.filename or '文件'} 打不开：{error.strerror or error}。请检查路径和权限。", markup=False)
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="nianbao", description="年报镜：读取、比较政府信息公开工作年度报告")
    commands = parser.add_subparsers(metavar="命令", required=True, parser_class=_Parser)

    def add(
        name: str, run: Callable[[argparse.Namespace], int], text: str, data: bool = True
    ) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        if data:
            command.add_argument("--data", metavar="文件夹", help=f"本县资料的文件夹（默认 {DATA_VARIABLE} 或 data）")
        return command

    up = add("up", _up, "读取年报、建库、打开看板；没有年报时先造示例县")
    up.add_argument("--no-serve", action="store_true", help="建库后就结束，不打开看板")
    up.add_argument("--port", type=int, default=8501, help="端口（默认 8501，被占用时顺延）")
    up.add_argument("--address", default="127.0.0.1", help="监听地址（默认只限本机）")
    make = add("build", _build, "读取新增和改动的年报，重建仓库")
    make.add_argument("--full", action="store_true", help="全部重新读取")
    make.add_argument("--json", action="store_true", help="输出 JSON")
    read = add("read", _read, "读一份或几份年报，显示读到的数")
    read.add_argument("files", nargs="+", metavar="文件")
    read.add_argument("--json", action="store_true", help="输出 JSON")
    show = add("explain", _explain, "一个数从哪里来：单位 年度 指标")
    show.add_argument("unit", metavar="单位")
    show.add_argument("year", metavar="年度", type=int)
    show.add_argument("cell", metavar="指标", help="如 requests/new_received/total")
    show.add_argument("--json", action="store_true", help="输出 JSON")
    sample = add("sample", _sample, "造一个虚构的示例县", data=False)
    sample.add_argument("folder", nargs="?", default=str(DEMO_FOLDER), metavar="文件夹")
    sample.add_argument("--years", default="2019-2025", metavar="年-年")
    sample.add_argument("--seed", type=int, default=20240115)
    bundle = add("bundle", _bundle, "做一个内网安装包：全部依赖和启动脚本", data=False)
    bundle.add_argument("--to", default="dist", metavar="文件夹")
    return parser


@contextmanager
def _bar(words: str):
    """A progress bar on a terminal, nothing in a pipe. Yields a function (done, total)."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task(words, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _built(county: County, full: bool = False) -> Outcome:
    with _bar("读取年报") as progress:
        return build(county, full=full, progress=progress)


def _counts(outcome: Outcome) -> dict[str, Any]:
    with open_build(outcome.path) as connection:
        rows = connection.sql("SELECT outcome, count(*) FROM source_file GROUP BY outcome").fetchall()
        waiting = connection.sql("SELECT count(*) FROM report WHERE unit_id IS NULL OR year IS NULL").fetchall()
        stamp = connection.sql("SELECT build_id, content_hash FROM build").fetchall()
    return {
        "build_id": stamp[0][0], "content_hash": stamp[0][1], "warehouse": str(outcome.path), "new": outcome.is_new,
        "files": outcome.files, "parsed": outcome.parsed, "carried_over": outcome.files - outcome.parsed,
        **{name: 0 for name in ("complete", "partial", "rejected", "unreadable")}, **dict(rows),
        "unclaimed": waiting[0][0],
    }  # fmt: skip


def _tell(outcome: Outcome, seconds: float) -> None:
    n = _counts(outcome)
    if not outcome.is_new:
        out.print(f"没有改动，沿用已有仓库（{n['files']} 份文件）：{n['warehouse']}", markup=False, soft_wrap=True)
        return
    out.print(
        f"已建库：{n['files']} 份文件，新读 {n['parsed']} 份，沿用 {n['carried_over']} 份，用时 {seconds:.1f} 秒。\n"
        f"读取完整 {n['complete']} 份，部分待核 {n['partial']} 份，不是年报 {n['rejected']} 份，"
        f"读不出 {n['unreadable']} 份；待认领 {n['unclaimed']} 份。\n仓库：{n['warehouse']}",
        markup=False, soft_wrap=True,
    )  # fmt: skip


def _build(arguments: argparse.Namespace) -> int:
    started = time.perf_counter()
    outcome = _built(default_county(arguments.data), arguments.full)
    if arguments.json:
        print(json.dumps(_counts(outcome), ensure_ascii=False))
    else:
        _tell(outcome, time.perf_counter() - started)
    return OK


def _up(arguments: argparse.Namespace) -> int:
    county = default_county(arguments.data)
    given = arguments.data or os.environ.get(DATA_VARIABLE)
    if not given and not county.has_reports():
        county = County(DEMO_FOLDER)
        out.print("data/raw 里还没有年报，先用虚构的“青禾县”演示（示例数据，存放在 demo 文件夹）。")
        out.print("使用自己的年报：放进 data/raw/年度/ 文件夹，填好 data/units.csv，再运行一次本命令。")
        if not county.has_reports():
            _make_sample(county.root)
    started = time.perf_counter()
    _tell(_built(county), time.perf_counter() - started)
    return OK if arguments.no_serve else _serve(county, arguments.address, arguments.port)


def _serve(county: County, address: str, port: int) -> int:
    port = _free_port(address, port)
    command = [sys.executable, "-m", "dashboard", "--server.address", address, "--server.port", str(port)]
    server = subprocess.Popen(
        command, env={**os.environ, DATA_VARIABLE: str(county.root.resolve())}, stdout=subprocess.DEVNULL
    )
    try:
        if not _healthy(f"http://{address}:{port}/_stcore/health", server):
            err.print("看板没有启动成功。请换一个端口重试：nianbao up --port 8600")
            return FAILED
        out.print(f"看板已打开：http://{address}:{port}  （按 Ctrl+C 结束）", markup=False)
        return OK if server.wait() in (0, None) else FAILED
    except KeyboardInterrupt:
        out.print("看板已关闭。")
        return OK
    finally:
        server.terminate()
        server.wait(timeout=10)


def _free_port(address: str, port: int) -> int:
    for candidate in range(port, port + 50):
        with socket.socket() as probe:
            if probe.connect_ex((address, candidate)) != 0:
                return candidate
    return port


def _healthy(url: str, server: subprocess.Popen) -> bool:
    for _ in range(300):
        if server.poll() is not None:
            return False
        try:
            with urllib.request.urlopen(url, timeout=1) as answer:
                if answer.read() == b"ok":
                    return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    return False


def _read(arguments: argparse.Namespace) -> int:
    units = load_units(default_county(arguments.data).units)
    objects, unread = [], False
    for name in arguments.files:
        path = Path(name)
        try:
            document = read_document(path.name, path.read_bytes())
            report = report_from(document, path.as_posix(), units)
        except ReadError as error:
            unread = True
            objects.append({"file": name, "status": "rejected", "facts": {},
                            "problems": [{"code": error.code, "message": error.message}]})  # fmt: skip
            if not arguments.json:
                err.print(error.message, markup=False, soft_wrap=True)
            continue
        unread = unread or report.status is not ReportStatus.COMPLETE
        objects.append(report.as_json())
        if not arguments.json:
            _show(name, report)
    if arguments.json:
        print(json.dumps(objects[0] if len(objects) == 1 else objects, ensure_ascii=False, indent=1))
    return UNREADABLE if unread else OK


def _show(name: str, report: Report) -> None:
    out.rule(name)
    out.print(f"单位：{report.unit or '未能确定'}　年度：{report.year or '未能确定'}　格式：{report.form or '未识别'}"
              f"　状态：{ {'complete': '读取完整', 'partial': '部分待核', 'rejected': '不是年报'}[report.status] }", markup=False)  # fmt: skip
    states: dict[str, int] = {}
    for fact in report.facts:
        states[fact.state] = states.get(fact.state, 0) + 1
    words = {"reported": "有数", "blank": "空白", "slash": "不适用", "unreadable": "待核", "absent": "本表无此项"}
    out.print("单元格：" + "，".join(f"{words[state]} {count}" for state, count in states.items()))
    table = Table("指标", "值", "原文", "位置")
    for fact in report.facts:
        if fact.value or fact.state not in {"reported", "absent"}:
            place = fact.locator.describe() if fact.locator else ""
            table.add_row(fact.cell, "" if fact.value is None else str(fact.value), fact.raw or "", place)
    for claim in report.claims:
        table.add_row(
            f"正文 {claim.claim}", f"{claim.value}{claim.counter}", claim.sentence[:40], claim.locator.describe()
        )
    out.print(table)
    for problem in report.problems:
        out.print(f"· {problem.message}", markup=False)


def _explain(arguments: argparse.Namespace) -> int:
    found = explain(default_county(arguments.data), arguments.unit, arguments.year, arguments.cell)
    if arguments.json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return OK
    table = Table(
        "仓库",
        "状态",
        "值",
        "原文",
        "文件",
        "位置",
        "在用",
        title=f"{arguments.unit} {arguments.year} {arguments.cell}",
    )
    for row in found:
        table.add_row(row["build_id"], row["state"], "" if row["value"] is None else str(row["value"]),
                      row["raw"] or "", row["path"], row["place"], "是" if row["is_chosen"] else "否")  # fmt: skip
    out.print(table)
    return OK


def _sample(arguments: argparse.Namespace) -> int:
    first, _, last = arguments.years.partition("-")
    if not (first.isdigit() and (last or first).isdigit()):
        err.print(f"--years 应写成 2019-2025 这样，实为“{arguments.years}”。")
        return USAGE
    return _make_sample(Path(arguments.folder), range(int(first), int(last or first) + 1), arguments.seed)


def _make_sample(folder: Path, years: range = range(2019, 2026), seed: int = 20240115) -> int:
    from etl.sample import SampleError, make_county  # only the demo needs it

    try:
        with _bar("造示例县") as progress:
            make_county(folder, years=years, seed=seed, progress=progress)
    except SampleError as error:
        raise WarehouseError(str(error)) from error
    out.print(f"示例县“青禾县”已写入 {folder}（虚构数据）。", markup=False)
    return OK


def _bundle(arguments: argparse.Namespace) -> int:
    from etl.bundle import BundleError, make_bundle  # only this command needs it

    try:
        made = make_bundle(Path(arguments.to), progress=lambda words: err.print(words, markup=False))
    except BundleError as error:
        err.print(str(error), markup=False, soft_wrap=True)
        return FAILED
    out.print(f"内网安装包已做好：{made}", markup=False, soft_wrap=True)
    return OK


if __name__ == "__main__":
    sys.exit(main())
