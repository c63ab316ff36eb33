"""口径与帮助：这个数怎么算的，按什么规则核对？"""

from importlib.metadata import version

import streamlit as st

from dashboard import db, findings
from dashboard.filters import Selection
from dashboard.grid import listing
from dashboard.opening import open_page
from dashboard.states import LOOKS

NOT_FILED = "C-01"  # about units of which there is no report: no file holds such a finding
COUNTED = {"reported": "计入", "zero": "计入", "not_comparable": "不计入，不跨版比较"}
READ = (
    ("单元格", "按表格位置和标签两路认定，两路一致才算读准；不一致、放不下的格子标“待核”，附原文，请人看。"),
    ("合计", "报告写的合计照原样保留，从不用算出来的数顶替；合计只用来对照，对不上就是一条问题。"),
    ("扫描件", "在本机识别文字，不联网；识别出的数要有表内的合计关系印证才采用，否则标“待核”。"),
    ("读不准与没对上", "读不准是我们的事，写“待核”；读准了而对不上，才列为问题。所在的表有读不准的格子时，只列“请核”，不列“必改”。"),
    ("更正读错的格子", "由经手人在收报核对页对照原文更正，原文照旧保留，可以撤回；文件换了，更正自动失效，列在同一页。"),
)  # fmt: skip


def page(selection: Selection) -> None:
    build = db.current_build()
    assert build is not None  # open_page draws this only where there is a build
    rules = db.rows("SELECT * FROM rule_shown ORDER BY position")
    st.markdown(f"**{len(rules)} 条规则，{len(LOOKS)} 种数值状态，表样 3 个时期。**")
    states()
    st.markdown("## 表样沿革与可比")
    editions = db.rows("SELECT * FROM edition_shown ORDER BY first_year")
    listing(("年度", "格数", "与现行表样含义相同的格"), [edition(row) for row in editions])
    st.caption("含义变了的格子各有名称，不跨版比较；图上在换版处画竖线。")
    st.markdown("## 指标")
    measures()
    st.markdown("## 核对规则")
    rule_list(rules)
    reading()
    st.markdown("## 版本")
    stamp = f"{build.build_id}，入库 {build.built_at:%Y-%m-%d %H:%M}"
    listing(
        ("项", "内容"), [("程序", f"年报镜 {version('nianbao')}"), ("数据", stamp), ("文件", f"{build.file_count} 份")]
    )


def begin() -> None:
    """What holds before anything was read."""
    states()
    reading()


def reading() -> None:
    st.markdown("## 怎样读、什么时候信")
    listing(("事项", "做法"), READ)


def states() -> None:
    st.markdown("## 数值状态")
    lines = [
        (look.word, look.name, look.meaning, COUNTED.get(state, "不计入，单列家数")) for state, look in LOOKS.items()
    ]
    listing(("屏上写作", "名称", "含义", "合计时"), lines)


def measures() -> None:
    """The metric dictionary: what is chosen most and what is worked out; the single cells are told in one sentence."""
    rows = db.rows("SELECT * FROM measure WHERE is_headline OR kind IN ('sum', 'share', 'claim') ORDER BY position")
    st.caption(
        "页面、下载和笔记本里的每个数都出自这一处。三张表的每一格各是一个指标，名称和单位照表样，下面不再逐格列出；"
        "一个范围的比例是分子相加除以分母相加，不是各家比例的平均。"
    )
    with st.expander(f"指标字典（{len(rows)} 项）"):
        listing(
            ("名称", "含义", "算法", "单位", "适用"), [measure(row) for row in rows], short=frozenset({0, 3})
        )  # fmt: skip


def measure(row: dict) -> tuple[str, str, str, str, str]:
    editions = "、".join(f"{each} 年版" for each in row["editions"])
    few = f"；少于 {row['smallest_n']} 件只写件数，不写百分比" if row["smallest_n"] else ""
    return row["name"], row["definition"], row["formula"] + few, row["unit"], editions or "正文，各年"


def edition(row: dict) -> tuple[str, str, str]:
    if row["form"] is None:
        return row["label"], "—", "只读正文，没有可比的表"
    return row["label"], f"{row['cells']} 格", f"{row['comparable']} 格"


def rule_list(rules: list[dict]) -> None:
    """The rules whole, or those of one level."""
    if not rules:
        st.write("这一次入库没有核对规则的记录，请重新入库。")
        return
    levels = {look.name: severity for severity, look in findings.LOOKS.items()}
    counts = {name: sum(row["severity"] == severity for row in rules) for name, severity in levels.items()}
    chosen = st.segmented_control(
        "级别", ["全部", *levels], default="全部", required=True, key="help-level",
        format_func=lambda name: name if name == "全部" else f"{name} {counts[name]}",
    )  # fmt: skip
    shown = [row for row in rules if chosen == "全部" or row["severity"] == levels[chosen]]
    listing(
        ("编号", "名称", "公式", "依据", "级别", "例", "现有年报"),
        [
            (
                row["rule"], row["title"], row["formula"], row["basis"], findings.LOOKS[row["severity"]].text,
                row["example"], results(row),
            )
            for row in shown
        ],
        short=frozenset({0, 4}),
    )  # fmt: skip
    st.caption("“无从核对”是缺少要比的数，不算相符，也不算未通过。有的规则只记发现的，不数相符的。")


def results(row: dict) -> str:
    """How the reports in force fared. Many rules tell only of what they find: nothing is said of the others."""
    words = (("holds", "相符"), ("broken", "未通过"), ("doubtful", "待核"), ("not_assessable", "无从核对"))
    if row["rule"] == NOT_FILED:
        sql = "SELECT coalesce(sum(not_filed), 0) AS units FROM filing_total WHERE scope = '全部'"
        missing = db.rows(sql)[0]["units"]
        return f"未报 {missing:,} 家次" if missing else "没有未报"
    return "，".join(f"{word}\u00a0{row[name]:,}" for name, word in words if row[name]) or "没有发现"


open_page("口径与帮助", page, begin, hint="", needs_somebody=False)
