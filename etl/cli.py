"""nianbao on the command line: parses arguments, calls, prints. No logic of its own."""

from __future__ import annotations

import argparse
import io
import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Column, Table
from rich.text import Text

from etl.arguments import USAGE, Parser
from etl.build import Built, build
from etl.bundle import BundleError, make_bundle
from etl.check import SEVERITY_WORDS, Verdict, rules_as_markdown
from etl.form import load_forms
from etl.ledger import Ledger, LedgerError
from etl.ledger.exchange import as_yaml
from etl.paths import DATA_VARIABLE, DEMO_FOLDER, County, default_county
from etl.preview import as_json, is_clean, preview
from etl.report import FactState, Report, ReportStatus
from etl.sample import SampleError, is_made, make_county
from etl.serve import ServeError, served
from etl.units import RegisterError, load_units
from etl.warehouse.explain import ExplainError, explain
from etl.warehouse.failure import BuildError
from etl.warehouse.inputs import files_at
from etl.warehouse.read import open_build
from etl.warehouse.workers import read_all

OK, UNREADABLE, FAILED = 0, 1, 3
_STATUS_WORDS = {
    ReportStatus.COMPLETE: "读取完整",
    ReportStatus.PARTIAL: "部分待核",
    ReportStatus.REJECTED: "没有读成年报",
}
_STATE_WORDS = {
    FactState.REPORTED: "有数",
    FactState.BLANK: "空白",
    FactState.SLASH: "不适用",
    FactState.UNREADABLE: "待核",
    FactState.ABSENT: "本表无此项",
}
out, err = Console(), Console(stderr=True)


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code: 0 done, 1 something could not be read, 2 wrong usage, 3 failed with the last warehouse kept."""
    try:
        arguments = _parser().parse_args(argv)
        return arguments.run(arguments)
    except SystemExit as stop:
        return int(stop.code or 0)
    except ExplainError as error:
        _tell_error(str(error))
        return USAGE
    except (BuildError, BundleError, LedgerError, RegisterError, SampleError, ServeError) as error:
        _tell_error(str(error))
        return FAILED
    except KeyboardInterrupt:
        err.print("已停止。")
        return FAILED
    except OSError as error:
        is_gone = isinstance(error, FileNotFoundError)
        _tell_error(
            f"没有找到“{error.filename}”。请核对路径和文件名。"
            if is_gone
            else f"{error.filename or '文件'} 打不开：{error.strerror or error}。请检查路径和权限。"
        )
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="nianbao", description="年报镜：读取、比较政府信息公开工作年度报告")
    commands = parser.add_subparsers(metavar="命令", required=True, parser_class=Parser)

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
    read = add("read", _read, "读年报，显示读到的数：文件、压缩包或文件夹")
    read.add_argument("files", nargs="+", metavar="文件")
    read.add_argument("--json", action="store_true", help="输出 JSON")
    check = add("check", _check, "核对年报：勾稽、跨年、文字与表格；文件、压缩包或文件夹")
    check.add_argument("files", nargs="*", metavar="文件")
    check.add_argument("--json", action="store_true", help="输出 JSON")
    check.add_argument("--rules", action="store_true", help="列出全部核对规则（Markdown 表格）")
    show = add("explain", _explain, "一个数从哪里来：单位 年度 指标")
    show.add_argument("unit", metavar="单位")
    show.add_argument("year", metavar="年度", type=int)
    show.add_argument("cell", metavar="指标", help="如 requests/new_received/total")
    show.add_argument("--json", action="store_true", help="输出 JSON")
    sample = add("sample", _sample, "造一个虚构的示例县", data=False)
    sample.add_argument("folder", nargs="?", default=str(DEMO_FOLDER), metavar="文件夹")
    sample.add_argument("--years", default="2019-2025", metavar="年-年")
    sample.add_argument("--seed", type=int, default=20240115)
    ledger = add("ledger", _ledger, "台账：把人作的处理导出成可读的 YAML，或导入")
    ledger.add_argument("action", choices=("export", "import"), metavar="export|import")
    ledger.add_argument("file", nargs="?", metavar="文件", help="YAML 文件；导出时不写则显示在屏幕上")
    bundle = add("bundle", _bundle, "做一个内网安装包：全部依赖和启动脚本", data=False)
    bundle.add_argument("--to", default="dist", metavar="文件夹")
    bundle.add_argument("--ocr", action="store_true", help="连同读扫描件的识别程序，多约 100 MB")
    return parser


@contextmanager
def _bar() -> Generator[Callable[[str, int, int], None]]:
    """A progress bar on a terminal, nothing in a pipe. Yields a function (stage, done, in all)."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task("", total=None)
        yield lambda stage, done, in_all: progress.update(task, description=stage, completed=done, total=in_all)


def _tell_error(message: str) -> None:
    err.print(message, markup=False, highlight=False, soft_wrap=True)


def _tell(message: str) -> None:
    out.print(message, markup=False, highlight=False, soft_wrap=True)


def _print_json(value: object) -> None:
    """UTF-8 whatever the console's own encoding is: another program reads it."""
    _print_text(json.dumps(value, ensure_ascii=False, indent=1))


def _print_text(text: str) -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    print(text)


def _table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Texts as they are and in full: a bracket in a report is no markup."""
    table = Table(*(Column(name, overflow="fold") for name in columns))
    for row in rows:
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    out.print(table)


def _built(county: County, full: bool = False) -> Built:
    with _bar() as progress:
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
        _tell(
            f"已建库：{n['files']} 份文件，新读 {n['parsed']} 份，沿用 {n['carried_over']} 份，用时 {seconds:.1f} 秒。"
        )
    else:
        _tell(f"没有改动，沿用已有仓库：{n['files']} 份文件，用时 {seconds:.1f} 秒。")
    _tell(
        f"读取完整 {n['complete']} 份，部分待核 {n['partial']} 份，不是年报 {n['rejected']} 份，"
        f"读不出 {n['unreadable']} 份；待认领 {n['unclaimed']} 份。\n仓库：{n['warehouse']}"
    )


def _build(arguments: argparse.Namespace) -> int:
    started = time.perf_counter()
    built = _built(default_county(arguments.data), arguments.full)
    if arguments.json:
        _print_json(_counts(built))
    else:
        _tell_built(built, time.perf_counter() - started)
    return OK


def _up(arguments: argparse.Namespace) -> int:
    county = default_county(arguments.data)
    given = arguments.data or os.environ.get(DATA_VARIABLE)
    if not given and not county.has_reports():
        county = County(DEMO_FOLDER)
        _tell("data/raw 里还没有年报，先用虚构的“青禾县”演示（示例数据，存放在 demo 文件夹）。")
        _tell("使用自己的年报：放进 data/raw/年度/ 文件夹，填好 data/units.csv，再运行一次本命令。")
        if not is_made(county.root):
            _make_sample(county.root)
    started = time.perf_counter()
    _tell_built(_built(county), time.perf_counter() - started)
    return OK if arguments.no_serve else _serve(county, arguments.address, arguments.port)


def _serve(county: County, address: str, port: int) -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a service manager's way to say Ctrl+C
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a script's background job would ignore it
    try:
        with served(county, address, port) as (url, server):
            _tell(f"看板已打开：{url}  （按 Ctrl+C 结束）")
            return OK if server.wait() == 0 else FAILED
    except KeyboardInterrupt:
        _tell("看板已关闭。")
        return OK


def _read(arguments: argparse.Namespace) -> int:
    units = load_units(default_county(arguments.data).units)
    files = [file for place in arguments.files for file in files_at(Path(place))]
    reports: dict[int, Report] = {}
    with _bar() as progress:
        for n, report in read_all(files, units):
            reports[n] = report
            progress("读取年报", len(reports), len(files))
    in_order = [reports[n] for n in range(len(files))]
    if arguments.json:
        objects = [report.as_json() for report in in_order]
        _print_json(objects[0] if len(objects) == 1 else objects)
    else:
        for file, report in zip(files, in_order, strict=True):
            _show(file.path, report)
    return OK if all(report.status is ReportStatus.COMPLETE for report in in_order) else UNREADABLE


def _label(report: Report, cell: str) -> str:
    """A cell as the form prints it, and beneath it the id that `explain` takes."""
    found = load_forms()[report.form].cell(cell) if report.form else None
    return f"{found.row_label}·{found.column_label}\n{cell}" if found else cell


def _show(name: str, report: Report) -> None:
    _tell(f"── {name}")
    _tell(
        f"单位：{report.unit or '未能确定'}　年度：{report.year or '未能确定'}　"
        f"格式：{report.form or '未识别'}　状态：{_STATUS_WORDS[report.status]}"
    )
    states = Counter(fact.state for fact in report.facts)
    if states:
        _tell("单元格：" + "，".join(f"{_STATE_WORDS[state]} {count}" for state, count in states.items()))
    rows: list[Sequence[object]] = [
        (_label(report, fact.cell), fact.value, fact.raw, fact.locator.describe() if fact.locator else "")
        for fact in report.facts
        if fact.value or fact.state not in {FactState.REPORTED, FactState.ABSENT}
    ]
    rows += [
        (f"正文 {claim.claim}", f"{claim.value}{claim.counter}", claim.sentence, claim.locator.describe())
        for claim in report.claims
    ]
    if rows:
        _table(("指标", "值", "原文", "位置"), rows)
    for problem in report.problems:
        _tell(f"· {problem.message}")


def _check(arguments: argparse.Namespace) -> int:
    if arguments.rules:
        _tell(rules_as_markdown())
        return OK
    if not arguments.files:
        _tell_error("命令写法有误：缺少 文件。请写出要核对的文件、压缩包或文件夹，或用 --rules 查看核对规则。")
        return USAGE
    found_at = {file.path: file for place in arguments.files for file in files_at(Path(place))}
    files = list(found_at.values())
    with _bar() as progress, closing(preview(files, default_county(arguments.data), progress=progress)) as connection:
        found, clean = as_json(connection), is_clean(connection, len(files))
    if arguments.json:
        _print_json(found)
    else:
        _show_findings([file.path for file in files], found)
    return OK if clean else UNREADABLE


def _show_findings(paths: Sequence[str], found: dict[str, Any]) -> None:
    for path in paths:
        out.rule()
        _tell(path)  # in full, however long it is
        findings = [each for each in found["findings"] if each["file"] == path]
        words = Counter(SEVERITY_WORDS[each["severity"]] for each in findings)
        _tell("，".join(f"{word} {words[word]} 处" for word in SEVERITY_WORDS.values()))
        if findings:
            _table(
                ("程度", "位置", "原文", "应为", "怎么办", "规则"),
                [
                    (
                        SEVERITY_WORDS[each["severity"]] + ("（存疑）" if each["verdict"] == Verdict.DOUBTFUL else ""),
                        each["where"], each["found"], each["expected"], each["remedy"], each["rule"],
                    )
                    for each in findings
                ],
            )  # fmt: skip
        for problem in (each for each in found["problems"] if each["file"] == path):
            _tell(f"· 没有读准：{problem['message']}")


def _explain(arguments: argparse.Namespace) -> int:
    found = explain(default_county(arguments.data), arguments.unit, arguments.year, arguments.cell)
    if arguments.json:
        _print_json(found)
        return OK
    _tell(f"{found[0]['unit']} {arguments.year} 年度 {arguments.cell}")
    for row in found:
        value = "" if row["value"] is None else f"，值 {row['value']}"
        use = "采用" if row["is_chosen"] else "未采用"
        _tell(f"\n仓库 {row['build_id']}：{_STATE_WORDS[row['state']]}{value}，原文“{row['raw'] or ''}”（{use}）")
        _tell(f"  文件 {row['path']}\n  位置 {row['place'] or '文件中没有这一格'}")
        for line in _decided(row):
            _tell(f"  {line}")
    return OK


def _decided(row: dict[str, Any]) -> list[str]:
    """What people said of the figure."""
    lines = []
    if correction := row["correction"]:
        read = _STATE_WORDS[correction["read_state"]]
        read += "" if correction["read_value"] is None else f" {correction['read_value']}"
        who = (
            f"{correction['who']}，{correction['made_at'][:16].replace('T', ' ')}，理由：{correction['why'] or '未写'}"
        )
        seen = f"当时看到的原文“{correction['expected'] or ''}”"
        if correction["is_applied"]:
            lines.append(f"更正 {who}；读到的是 {read}，{seen}")
        else:
            lines.append(f"更正已失效（{who}）：{seen}，与现在的原文不同，没有采用。请核对后重新更正，或撤回")
    if claim := row["claim"]:
        lines.append(f"认领 {claim['who']}，{claim['made_at'][:16].replace('T', ' ')}")
    return lines


def _sample(arguments: argparse.Namespace) -> int:
    first, _, last = arguments.years.partition("-")
    if not (first.isdigit() and (last or first).isdigit()):
        _tell_error(f"--years 应写成 2019-2025 这样，实为“{arguments.years}”。")
        return USAGE
    return _make_sample(Path(arguments.folder), range(int(first), int(last or first) + 1), arguments.seed)


def _make_sample(folder: Path, years: range = range(2019, 2026), seed: int = 20240115) -> int:
    with _bar() as progress:
        make_county(folder, years=years, seed=seed, progress=lambda done, in_all: progress("造示例县", done, in_all))
    _tell(f"示例县“青禾县”已写入 {folder}（虚构数据）。")
    return OK


def _ledger(arguments: argparse.Namespace) -> int:
    ledger = Ledger(default_county(arguments.data).ledger)
    if arguments.file is None:
        if arguments.action == "import":
            _tell_error("命令写法有误：没有写明导入哪个文件。请写成 nianbao ledger import 文件.yaml。")
            return USAGE
        _print_text(as_yaml(ledger.entries()))
        return OK
    path = Path(arguments.file)
    if arguments.action == "export":
        _tell(f"已导出台账 {ledger.export(path)} 条：{path}")
    else:
        added = ledger.import_(path)
        _tell(f"已导入 {added} 条，请重新建库使更正生效。" if added else "没有新的记录，台账没有变化。")
    return OK


def _bundle(arguments: argparse.Namespace) -> int:
    made = make_bundle(Path(arguments.to), ocr=arguments.ocr, progress=_tell_error)
    _tell(f"内网安装包已做好：{made}")
    return OK


if __name__ == "__main__":
    sys.exit(main())
