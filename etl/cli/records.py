"""explain, ledger: where a figure comes from, and what people decided."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from etl.arguments import USAGE
from etl.cli.screen import OK, STATE_WORDS, print_json, print_text, tell, tell_error
from etl.ledger import Ledger
from etl.ledger.exchange import as_yaml
from etl.paths import default_county
from etl.warehouse.explain import explain


def explain_command(arguments: argparse.Namespace) -> int:
    found = explain(default_county(arguments.data), arguments.unit, arguments.year, arguments.cell)
    if arguments.json:
        print_json(found)
        return OK
    tell(f"{found[0]['unit']} {arguments.year} 年度 {arguments.cell}")
    for row in found:
        value = "" if row["value"] is None else f"，值 {row['value']}"
        use = "采用" if row["is_chosen"] else "未采用"
        tell(f"\n仓库 {row['build_id']}：{STATE_WORDS[row['state']]}{value}，原文“{row['raw'] or ''}”（{use}）")
        tell(f"  文件 {row['path']}\n  位置 {row['place'] or '文件中没有这一格'}")
        for line in _decided(row):
            tell(f"  {line}")
    return OK


def _decided(row: dict[str, Any]) -> list[str]:
    """What people said of the figure."""
    lines = []
    if correction := row["correction"]:
        read = STATE_WORDS[correction["read_state"]]
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


def ledger_command(arguments: argparse.Namespace) -> int:
    ledger = Ledger(default_county(arguments.data).ledger)
    if arguments.file is None:
        if arguments.action == "import":
            tell_error("命令写法有误：没有写明导入哪个文件。请写成 nianbao ledger import 文件.yaml。")
            return USAGE
        print_text(as_yaml(ledger.entries()))
        return OK
    path = Path(arguments.file)
    if arguments.action == "export":
        tell(f"已导出台账 {ledger.export(path)} 条：{path}")
    else:
        added = ledger.import_(path)
        tell(f"已导入 {added} 条，请重新建库使更正生效。" if added else "没有新的记录，台账没有变化。")
    return OK
