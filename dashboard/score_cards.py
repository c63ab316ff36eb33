"""The head and the cards of 考核评分: grades counted, each group by itself, and who has no score for which reason."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from decimal import Decimal

import streamlit as st

from dashboard import card, db, desk, score_data, score_ranking, score_steps, score_unit, score_words
from dashboard.charts import short_names
from dashboard.filters import Selection
from dashboard.grid import Cell, Table, listing
from dashboard.grid import Row as Line
from dashboard.provenance import Address
from dashboard.score_charts import Dot, dots, grade_bars
from dashboard.score_data import SCORED, Issued, Row, Standing
from dashboard.states import ValueState
from dashboard.words import plain
from etl.score import standard_of
from etl.score.words import not_assessable_of

UNGROUPED = "细则没有列入的"


def begin(selection: Selection) -> Standing | None:
    """The year as it stands, with the marks that belong above it; None where the page has said why there is none."""
    year = selection.year
    final = score_data.closed(year)
    if score_data.is_hidden(final):
        st.markdown(f"**{year} 年度的得分还没有定稿，定稿以后才在这里公布。**")
        return None
    if final is not None and final.frozen is None:
        st.error(plain(final.fault))
        return None
    issued = score_data.issued(year)
    if issued is None or issued.rubric is None:
        years = [row["year"] for row in db.rows("SELECT year FROM rubric WHERE fault = '' ORDER BY year")]
        no_rubric(year, issued, years)
        return None
    held = score_data.standing(year, issued, final)
    marks(held)
    return held


def marks(held: Standing) -> None:
    """What must never be overlooked: that nothing is final yet, that the rubric is an example."""
    told = [] if held.is_final else [f"{score_words.DRAFT_MARK}：分数和等次还会变，不作依据"]
    told += [score_words.EXAMPLE_MARK] if held.rubric.is_example else []
    if told:
        st.html(
            '<div class="nb-marks">'
            + "".join(f'<span class="nb-sample">{html.escape(each)}</span> ' for each in told)
            + "</div>"
        )
    if not held.is_final:
        st.html(f"<style>{_WATERMARK}</style>")


# Over the page and through every click; faint enough to read what lies beneath.
_WATERMARK = """
[data-testid="stMain"]::after {content: ""; position: fixed; inset: 0; pointer-events: none; z-index: 5; opacity: .07;
  background-image: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='420' height='300'%3E%3Ctext x='60' y='220' transform='rotate(-28 210 150)' font-size='54' font-family='Microsoft YaHei,PingFang SC,Nianbao Sans,Noto Sans CJK SC,sans-serif' fill='%23808080'%3E未定稿%3C/text%3E%3C/svg%3E");}
"""


def rests_on(held: Standing) -> str:
    """Which build, which rubric and how many decisions the points on the page rest on; of a year that is shut, by whom."""
    rubric = f"细则 {held.issued.file}（{held.rubric.title}，编号 {held.issued.sha[:8]}）"
    if held.final is not None:
        who = f"{held.final.who} 于 {desk.when(held.final.made_at)}" if held.final.who else ""
        return (
            f"已定稿：{who}。数据版本 {held.build_id}；{rubric}；定稿文件 {held.final.sha256[:8]}。定稿以后不能再改。"
        )
    scores, waived = len(held.decisions.scores), len(held.decisions.waivers)
    said = (
        f"人工评定 {scores} 条" + (f"、不予扣分 {waived} 条" if waived else "")
        if scores or waived
        else "还没有人工评定"
    )
    return f"依据：数据版本 {held.build_id}；{rubric}；{said}。有人作了评定，这里立刻按新的算。"


def grades(rows: Sequence[Row], held: Standing, selection: Selection) -> None:
    """How many of each group have which grade."""
    groups = grouped(rows, held)
    scored = {name: [row for row in each if row["points"] is not None] for name, each in groups.items()}
    scored = {name: each for name, each in scored.items() if each}
    if not scored:
        return
    counts = {name: score_words.counted(each, held.rubric) for name, each in scored.items()}
    columns = list(dict.fromkeys(grade for each in counts.values() for grade in each))
    columns = [grade for grade in score_words.grades(held.rubric) if grade in columns]
    counts = {name: {grade: each.get(grade, 0) for grade in columns} for name, each in counts.items()}
    table = Table(
        "组",
        (*columns, "合计"),
        tuple(
            Line(name, tuple(Cell(str(n), value=Decimal(n)) for n in (*each.values(), sum(each.values()))))
            for name, each in counts.items()
        ),
    )
    everybody = [row for each in scored.values() for row in each]
    title = f"等次：{score_words.count_words(everybody, held.rubric)}"
    bounds = "、".join(f"{each.name} {score_words.points(each.at_least)} 分起" for each in held.rubric.grades)
    note = f"家数。等次界线：{bounds}。还有待人工的项、两头等次不同的算“{score_words.OPEN_GRADE}”。组内比较，不跨组。"
    views = {"图": lambda: grade_bars(list(counts), counts, score_words.OPEN_GRADE), "表": table}
    card.show("grades", "考核_等次", marked(title, held), note, selection, views)


def marked(title: str, held: Standing) -> str:
    """A title that says in every download what it is."""
    told = [*([] if held.is_final else [score_words.DRAFT_MARK]), *(["示例细则"] if held.rubric.is_example else [])]
    return title + (f"（{'、'.join(told)}）" if told else "")


def grouped(rows: Sequence[Row], held: Standing) -> dict[str, list[Row]]:
    """The rows by group of the rubric, in its order; who is in none last."""
    names = [*(group.name for group in held.rubric.groups), ""]
    found = {name or UNGROUPED: [row for row in rows if row["group"] == name] for name in names}
    return {name: each for name, each in found.items() if each}


def group(name: str, rows: Sequence[Row], held: Standing, selection: Selection) -> None:
    """One group in the order of the register: points as dots, and as a table with everybody in it."""
    scored = [row for row in rows if row["points"] is not None]
    if not scored:
        return
    ranked = score_ranking.places(rows) if score_ranking.asked(held.year) else {}
    rows, scored = score_ranking.in_order(rows, ranked), score_ranking.in_order(scored, ranked)
    low, high = min(row["points"] for row in scored), max(row["points"] for row in scored)
    span = (
        f"{score_words.points(low)} 至 {score_words.points(high)} 分" if low < high else f"{score_words.points(low)} 分"
    )
    title = f"{name}：评了 {len(scored)} 家，{span}；{score_words.count_words(scored, held.rubric)}"
    note = (
        f"{'按组内名次' if ranked else '按登记表顺序，不排名'}。点一家看它怎么得的分。机评：机器能评的分里得了多少；"
        "待人工的项没评完以前，得分是已经确定的，短线是最高还能到的。"
    )
    if some := sum(bool(row.get("unread")) for row in scored):
        note += f"{some} 家的年报有读不出的地方，照细则给满分，各写明几分；读准以后会变。"
    points = unit_dots(scored, held)
    bounds = {each.name: each.at_least for each in held.rubric.grades if each.at_least}
    views: dict[str, card.View] = {
        "图": lambda: dots(points, bounds, held.rubric.full), "表": group_table(rows, held, ranked),
    }  # fmt: skip
    card.show(
        f"group-{name}", f"考核_{name}", marked(title, held), note, selection, views,
        opened=lambda address: score_unit.show(Address.parse(address).scope, held, selection),
    )  # fmt: skip


def unit_dots(scored: Sequence[Row], held: Standing) -> list[Dot]:
    names = [held.units[row["unit_id"]]["name"] for row in scored]
    return [
        Dot(
            short, row["points"], row["highest"] if score_words.is_open(row) else row["points"],
            "　".join(filter(None, (score_words.reach(row), f"机评 {score_words.automatic(row)}", score_words.unread(row)))),
            score_words.reach(row), hover(name, row),
            score_steps.address(row, ""),
        )
        for name, short, row in zip(names, score_steps.beside(names), scored, strict=True)
    ]  # fmt: skip


def hover(name: str, row: Row) -> str:
    waiting = f"，待人工 {row['manual_open']} 项" if row["manual_open"] else ""
    unread = f"，{score_words.unread(row)}" if score_words.unread(row) else ""
    return (
        f"{name}：{score_words.reach(row)} 分，{score_words.grade(row)}<br>"
        f"机评 {score_words.automatic(row)}{unread}{waiting}"
    )


def group_table(rows: Sequence[Row], held: Standing, ranked: Mapping[str, int]) -> Table:
    """Every unit of the group: figures where it has a score, the word of its status where not; its place where one is
    given."""
    names = [held.units[row["unit_id"]]["name"] for row in rows]
    made = []
    some_unread = any(row.get("unread") for row in rows)
    for name, short, row in zip(names, short_names(names), rows, strict=True):
        where = score_steps.address(row, "")
        if row["status"] != SCORED:
            word, meaning, state = score_words.STATUS[row["status"]]
            cells = (Cell(word, state, where, note=meaning), *(Cell.empty() for _ in range(4 + some_unread)))
        else:
            tone = ValueState.REPORTED if row["points"] is not None else None
            most = score_words.points(row["highest"]) if score_words.is_open(row) else ""
            cells = (
                Cell(score_words.total(row), tone if row["points"] else None, where, value=row["points"]),
                Cell(most, value=row["highest"] if most else None),
                Cell(score_words.grade(row)),
                Cell(score_words.automatic(row), value=row["auto_points"]),
                *(
                    [Cell(score_words.points(row.get("unread") or None), value=row.get("unread"))]
                    if some_unread
                    else []
                ),
                Cell(f"{row['manual_open']} 项" if row["manual_open"] else ""),
            )
        place = ranked.get(row["unit_id"])
        first = (Cell(str(place or ""), value=Decimal(place) if place else None),) if ranked else ()
        made.append(Line(name, (*first, *cells), short=short))
    columns = (
        "得分", "最高可达", "等次", "机评得分/可评", *(["其中因读不出而给满"] if some_unread else []), "待人工",
    )  # fmt: skip
    return Table("单位", ("组内名次", *columns) if ranked else columns, tuple(made))


def not_scored(rows: Sequence[Row], held: Standing) -> None:
    """Who has no score, by the status that explains it: never a 0."""
    left = score_words.not_scored(rows)
    if not left:
        return
    st.markdown(f"## 没有评分的 {sum(map(len, left.values()))} 家")
    st.caption("没有年报就没有分数，不是 0 分，也不排在末尾。按细则怎样处理，由县里另定。")
    listing(
        ("状态", "家数", "单位", "含义"),
        [
            (
                score_words.STATUS[status][0],
                len(each),
                "、".join(held.units[row["unit_id"]]["name"] for row in each),
                score_words.STATUS[status][1],
            )
            for status, each in left.items()
        ],
        numbers=frozenset({1}),
        short=frozenset({0}),
    )


def no_rubric(year: int, found: Issued | None, years: Sequence[int]) -> None:
    """What to do where nobody is scored."""
    folder = db.county().rubrics
    if found is not None:
        st.markdown(f"**{year} 年度没有评分：细则 {plain(found.file)} 不能用。**")
        st.error(plain(found.fault))
        st.caption(f"改好 `{folder}/{found.file}` 后，运行 `nianbao build`，再刷新本页。")
        return
    others = f"有细则的年度：{'、'.join(map(str, years))}，可在侧栏换年度。" if years else "现在一份细则也没有。"
    st.markdown(f"**{year} 年度没有评分：没有这一年的细则**。{others}")
    if (folder / f"{year}.yaml").is_file():
        st.markdown(f"`{folder}/{year}.yaml` 已经放好，还没有入库：运行 `nianbao build`，再刷新本页。")
        return
    st.markdown(
        f"1. 把本县的细则写成 `{folder}/{year}.yaml`，一年一个文件；随包的三份示例在 `etl/rubrics/`，都不是标准，可以复制一份来改。\n"
        f"2. 细则是 Excel 的，运行 `nianbao score --rubric 细则.xlsx --save {folder}/{year}.yaml` 导入。\n"
        "3. 运行 `nianbao build`，再刷新本页。细则读不懂时，这里写明哪一处、怎么改。"
    )


def rubric_table(held: Standing) -> None:
    """The rubric in words, as it stands in the build."""
    lines = []
    for indicator, (role, dimension, each) in held.indicators.items():
        part = f"{dimension.name}（{score_words.points(dimension.points)} 分）" if dimension else score_unit.ROLES[role]
        worth = score_words.points(each.points) if not each.at_best else f"最高{each.at_best}"
        rest = not_assessable_of(each) if dimension else ""
        lines.append((part, f"{indicator} {each.name}", worth, standard_of(each), each.basis, rest))
    st.markdown(f"## {plain(held.rubric.title)}")
    issued = held.rubric.issued_by or "没有写明发文单位"
    bounds = "、".join(f"{each.name} {score_words.points(each.at_least)} 分起" for each in held.rubric.grades)
    groups = "、".join(each.name for each in held.rubric.groups)
    st.caption(
        plain(
            f"{held.issued.file}　{issued}　满分 {score_words.points(held.rubric.full)}　等次：{bounds}　分组：{groups}"
        )
    )
    listing(("部分", "项", "分值", "评分标准", "依据", "无法评定时"), lines, numbers=frozenset({2}))
