"""score --finalise, score --export: what ends the scoring of a year, and what is handed out of it."""

from __future__ import annotations

import argparse
from pathlib import Path

from etl.arguments import USAGE
from etl.build import build
from etl.cli.screen import FAILED, OK, bar, print_json, tell, tell_error
from etl.files import why_refused, write_whole
from etl.ledger import Ledger
from etl.paths import County, default_county
from etl.publish.score_book import NoScores, score_book
from etl.publish.scores import scores_name, write_scores
from etl.publish.statements import statement_template, zip_name, zip_statements
from etl.publish.word import TemplateFault
from etl.warehouse.finalise import finalise
from etl.warehouse.read import open_build


def finalise_command(arguments: argparse.Namespace) -> int:
    """Shut a year in somebody's name, and build what is shown from then on. Raises LedgerError, BuildError."""
    if not (arguments.year and arguments.who and arguments.why):
        tell_error("定稿要写明年度、谁定的、为什么：--year 年度 --who 姓名 --why 依据。定稿以后不能再改。")
        return USAGE
    county = default_county(arguments.data)
    with bar() as progress:
        build(county, progress=progress)
        entry = finalise(county, arguments.year, who=arguments.who, why=arguments.why, progress=progress)
        build(county, progress=progress)
    said = entry.after or {}
    if arguments.json:
        print_json({"year": arguments.year, "sha256": said["sha256"], "units": said["units"], "made_at": entry.made_at})
    else:
        tell(f"{arguments.year} 年度已定稿：{said['units']} 家，SHA-256 {said['sha256']}。")
    return OK


def export_command(arguments: argparse.Namespace) -> int:
    """Write the workbook and the statements of a year into a folder, of what stands at this moment."""
    if not arguments.year:
        tell_error("导出要写明年度：--year 年度。")
        return USAGE
    county, folder = default_county(arguments.data), Path(arguments.export)
    try:
        files = _exports(county, arguments.year)
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            write_whole(folder / name, data, may_replace=True)
            tell(f"已写出 {folder / name}")
    except (NoScores, TemplateFault) as error:
        tell_error(str(error))
        return FAILED
    except OSError as error:
        tell_error(f"{folder} 写不进去（{why_refused(error)}）。请换一个文件夹。")
        return FAILED
    return OK


def _exports(county: County, year: int) -> dict[str, bytes]:
    with bar() as progress:
        built = build(county, progress=progress)  # else the points might be older than what people decided
    with open_build(built.stamp.path) as connection:
        book = score_book(connection, Ledger(county.ledger), year)
    return {scores_name(book): write_scores(book), zip_name(book): zip_statements(book, statement_template(county))}
