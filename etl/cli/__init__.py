"""nianbao on the command line: parses arguments, calls, prints. No logic of its own."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from etl.arguments import USAGE, Parser
from etl.bundle import BundleError
from etl.cli.county import build_command, bundle_command, sample_command, up_command
from etl.cli.files import check_command, read_command
from etl.cli.records import explain_command, ledger_command
from etl.cli.scoring import score_command
from etl.cli.screen import FAILED, err, tell_error
from etl.ledger import LedgerError
from etl.paths import DATA_VARIABLE, DEMO_FOLDER
from etl.sample import SampleError
from etl.serve import ServeError
from etl.units import RegisterError
from etl.warehouse.explain import ExplainError
from etl.warehouse.failure import BuildError


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code: 0 done, 1 something could not be read, 2 wrong usage, 3 failed with the last warehouse kept."""
    try:
        arguments = _parser().parse_args(argv)
        return arguments.run(arguments)
    except SystemExit as stop:
        return int(stop.code or 0)
    except ExplainError as error:
        tell_error(str(error))
        return USAGE
    except (BuildError, BundleError, LedgerError, RegisterError, SampleError, ServeError) as error:
        tell_error(str(error))
        return FAILED
    except KeyboardInterrupt:
        err.print("已停止。")
        return FAILED
    except OSError as error:
        is_gone = isinstance(error, FileNotFoundError)
        tell_error(
            f"没有找到“{error.filename}”。请核对路径和文件名。"
            if is_gone
            else f"{error.filename or '文件'} 打不开：{error.strerror or error}。请检查路径和权限。"
        )
        return FAILED


def _folder(path: str) -> str:
    """A folder that is there: a build would make it, and a typing error is to make no county."""
    if not Path(path or ".").is_dir():
        raise argparse.ArgumentTypeError(f"没有找到文件夹“{path}”，请核对路径；要新建，先建好这个文件夹")
    return path


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="nianbao", description="年报镜：读取、比较政府信息公开工作年度报告")
    commands = parser.add_subparsers(metavar="命令", required=True, parser_class=Parser)

    def add(
        name: str,
        run: Callable[[argparse.Namespace], int],
        text: str,
        folder: Callable[[str], str] | None = str,
    ) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        if folder:
            told = f"本县资料的文件夹（默认 {DATA_VARIABLE} 或 data）"
            command.add_argument("--data", metavar="文件夹", type=folder, help=told)
        return command

    up = add("up", up_command, "读取年报、建库、打开看板；没有年报时先造示例县", folder=_folder)
    up.add_argument("--no-serve", action="store_true", help="建库后就结束，不打开看板")
    up.add_argument(
        "--viewer", action="store_true", help="只读：不建库、不含未定稿的得分、不能作任何处理，供只看结果的人用"
    )
    up.add_argument("--port", type=int, default=8501, help="端口（默认 8501，被占用时顺延）")
    up.add_argument("--address", default="127.0.0.1", help="监听地址（默认只限本机）")
    make = add("build", build_command, "读取新增和改动的年报，重建仓库", folder=_folder)
    make.add_argument("--full", action="store_true", help="全部重新读取")
    make.add_argument("--json", action="store_true", help="输出 JSON")
    read = add("read", read_command, "读年报，显示读到的数：文件、压缩包或文件夹")
    read.add_argument("files", nargs="+", metavar="文件")
    read.add_argument("--json", action="store_true", help="输出 JSON")
    check = add("check", check_command, "核对年报：勾稽、跨年、文字与表格；文件、压缩包或文件夹")
    check.add_argument("files", nargs="*", metavar="文件")
    check.add_argument("--json", action="store_true", help="输出 JSON")
    check.add_argument("--rules", action="store_true", help="列出全部核对规则（Markdown 表格）")
    show = add("explain", explain_command, "一个数从哪里来：单位 年度 指标")
    show.add_argument("unit", metavar="单位")
    show.add_argument("year", metavar="年度", type=int)
    show.add_argument("cell", metavar="指标", help="如 requests/new_received/total")
    show.add_argument("--json", action="store_true", help="输出 JSON")
    sample = add("sample", sample_command, "造一个虚构的示例县", folder=None)
    sample.add_argument("folder", nargs="?", default=str(DEMO_FOLDER), metavar="文件夹")
    sample.add_argument("--years", default="2019-2025", metavar="年-年")
    sample.add_argument("--seed", type=int, default=20240115)
    ledger = add("ledger", ledger_command, "台账：把人作的处理导出成可读的 YAML，或导入")
    ledger.add_argument("action", choices=("export", "import"), metavar="export|import")
    ledger.add_argument("file", nargs="?", metavar="文件", help="YAML 文件；导出时不写则显示在屏幕上")
    score = add("score", score_command, "按评分细则评分：每家几分、凭什么；或比较两份细则")
    score.add_argument("--rubric", metavar="文件", help="评分细则（yaml 或 xlsx）；不写用本县 rubrics 文件夹里这一年的")
    score.add_argument("--year", type=int, metavar="年度", help="评哪一年的年报（默认为细则的年度）")
    score.add_argument("--unit", metavar="单位", help="只看一家，逐项列出得分和理由")
    score.add_argument("--against", metavar="文件", help="和另一份细则比：列出分数有变化的单位和原因")
    score.add_argument("--save", metavar="文件", help="不评分，把细则另存为 yaml 或 xlsx")
    score.add_argument("--export", metavar="文件夹", help="写出这一年的得分表（xlsx）和每家一份的得分说明书（zip）")
    score.add_argument(
        "--finalise", action="store_true", help="定稿：锁定这一年的得分，以后不能再改；要写明 --who 和 --why"
    )
    score.add_argument("--who", metavar="姓名", help="谁定稿")
    score.add_argument("--why", metavar="依据", help="凭什么定稿")
    score.add_argument("--json", action="store_true", help="输出 JSON")
    bundle = add("bundle", bundle_command, "做一个内网安装包：全部依赖和启动脚本", folder=None)
    bundle.add_argument("--to", default="dist", metavar="文件夹")
    bundle.add_argument("--ocr", action="store_true", help="连同读扫描件的识别程序，多约 100 MB")
    return parser
