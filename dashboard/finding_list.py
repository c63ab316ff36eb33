"""The list of findings, folded by unit; a click on one asks for its original. Plain HTML, for the reasons of grid.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import streamlit as st

from dashboard import findings
from etl.ledger import FindingDecision

_FEW_UNITS = 4  # so many are shown unfolded

_JS = """
export default function (component) {
  const { data, parentElement, setStateValue } = component;
  const host = parentElement.querySelector(".nb-findings");
  const make = (tag, name, text) => {
    const node = document.createElement(tag);
    if (name) node.className = name;
    if (text !== undefined) node.textContent = text;
    return node;
  };
  const folded = (host.nbFolded = host.nbFolded || {});
  const top = host.scrollTop;
  const line = (row) => {
    const node = make("button", "nb-finding");
    node.type = "button";
    node.dataset.finding = row.id;
    if (row.id === data.selected) node.setAttribute("aria-pressed", "true");
    node.append(make("span", "level level-" + row.severity, row.level));
    const field = (name, label, text) => {
      const box = make("span", "field " + name);
      box.append(make("span", "label", label), make("span", "text", text));
      node.append(box);
    };
    field("where", "位置", row.where);
    field("expected", "应为", row.expected);
    field("found", "实为", row.found);
    field("remedy", "怎么改", row.remedy);
    field("status", "状态", row.status);
    node.onclick = () => setStateValue("finding", row.id === data.selected ? null : row.id);
    return node;
  };
  host.replaceChildren(...data.groups.map((group) => {
    const fold = make("details", "nb-unit");
    const holds = group.rows.some((row) => row.id === data.selected);
    fold.open = holds || (group.name in folded ? folded[group.name] : data.open);
    fold.append(make("summary", "", group.name + "　" + group.counts));
    fold.append(...group.rows.map(line));
    fold.ontoggle = () => { folded[group.name] = fold.open; };
    return fold;
  }));
  host.scrollTop = top;
  if (data.selected && data.selected !== host.nbShown && window.innerWidth <= 640) {
    setTimeout(() => document.querySelector(".st-key-finding-detail")?.scrollIntoView({block: "start"}), 600);
  }
  host.nbShown = data.selected;
}
"""

_CSS = """
.nb-findings {container-type: inline-size; max-height: 82vh; overflow: auto; font-size: 14px;
  font-family: var(--st-font); color: var(--st-text-color); border: 1px solid var(--st-border-color); border-radius: 4px;}
.nb-unit > summary {cursor: pointer; font-weight: 600; padding: 8px 10px; position: sticky; top: 0; z-index: 1;
  background: var(--st-secondary-background-color); border-bottom: 1px solid var(--st-border-color);}
.nb-unit > summary:focus-visible, .nb-finding:focus-visible {outline: 3px solid var(--st-primary-color); outline-offset: -3px;}
.nb-finding {display: grid; width: 100%; text-align: left; font: inherit; color: inherit; background: transparent;
  grid-template-columns: 7.2em minmax(9em, 2.2fr) minmax(5em, 1.6fr) minmax(5em, 1.6fr) minmax(9em, 3fr) minmax(6em, 1.2fr);
  gap: 2px 12px; padding: 7px 10px; border: 0; border-bottom: 1px solid var(--st-border-color); cursor: pointer;
  line-height: 1.5; align-items: start;}
.nb-finding:hover {background: var(--st-secondary-background-color);}
.nb-finding[aria-pressed=true] {box-shadow: inset 4px 0 0 var(--st-primary-color);
  background: var(--st-secondary-background-color);}
.nb-finding .field {overflow-wrap: anywhere; display: flex; flex-direction: column;}
.nb-finding .label {font-size: 12px; opacity: .75;}
.nb-finding .level {font-weight: 600; white-space: nowrap;}
@container (max-width: 900px) {
  .nb-finding {grid-template-columns: 1fr 1fr; gap: 2px 10px;}
  .nb-finding .where, .nb-finding .remedy {grid-column: 1 / -1;}
  .nb-finding .level {grid-column: 1;}
  .nb-finding .status {grid-row: 1; grid-column: 2; text-align: right;}
  .nb-finding .status .label {display: none;}
  .nb-finding .where .label {display: none;}
  .nb-finding .where .text {font-weight: 600;}
}
@media (max-width: 640px) {
  .nb-findings {max-height: 60vh;}
  .nb-finding, .nb-unit > summary {min-height: 44px;}
}
@media print {.nb-findings {max-height: none; overflow: visible;}}
"""

_component = st.components.v2.component(
    "nianbao_findings", html='<div class="nb-findings"></div>', css=_CSS, js=_JS, isolate_styles=False
)


def show(
    rows: Sequence[dict[str, Any]],
    decisions: Mapping[str, FindingDecision],
    key: str,
    told: frozenset[str] = frozenset(),
) -> str | None:
    """Draw the findings, which come in order of units; the fingerprint of the one chosen, if it is among them. `told`
    are the subjects that stand in a letter already."""
    known = {row["fingerprint"] for row in rows}
    held = st.session_state.get(key) or {}
    selected = held.get("finding") if held.get("finding") in known else None
    groups = [(name, list(lines)) for name, lines in groupby(rows, key=_owner)]
    data = {
        "selected": selected,
        "open": len(groups) <= _FEW_UNITS,
        "groups": [
            {"name": name, "counts": counts(lines), "rows": [_line(row, decisions, told) for row in lines]}
            for name, lines in groups
        ],
    }
    chosen = _component(key=key, data=data, on_finding_change=lambda: None).finding
    return chosen if chosen in known else None


def _owner(row: Mapping[str, Any]) -> str:
    return row["unit_name"] or f"单位未定：{row['path'].rsplit('/', 1)[-1]}"


def counts(rows: Sequence[Mapping[str, Any]]) -> str:
    """■ 必改 2　▲ 请核 1"""
    numbers = {severity: sum(row["severity"] == severity for row in rows) for severity in findings.LOOKS}
    return "　".join(
        f"{look.text} {numbers[severity]}" for severity, look in findings.LOOKS.items() if numbers[severity]
    )


def _line(row: Mapping[str, Any], decisions: Mapping[str, FindingDecision], told: frozenset[str]) -> dict[str, Any]:
    before = findings.before(row, decisions)
    return {
        "id": row["fingerprint"],
        "severity": row["severity"],
        "level": findings.level(row),
        "where": f"{row['where']} · {row['rule_title']}",
        "expected": row["expected"],
        "found": row["found"],
        "remedy": f"{row['remedy']}{before}。" if before else row["remedy"],
        "status": findings.status(row, decisions, row["subject"] in told),
    }
