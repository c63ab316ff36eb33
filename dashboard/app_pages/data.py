"""数据台：我要的原始数据在哪里，怎么取？"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import streamlit as st

from dashboard import APP, db, findings, pivot, score_words
from dashboard.filters import ALL, Selection
from dashboard.opening import SAMPLE_MARK, open_page
from dashboard.states import LOOKS, write_number
from etl.publish.rows import MOST_XLSX_ROWS, write_csv, write_parquet, write_rows_workbook
from etl.warehouse.ask import MOST_ROWS, SECONDS, Answer, AskError, ask
from etl.warehouse.offered import SCORES, STATE_NAME, STATE_OF, Offered, examples, offered_tables

PREVIEWED, SHOWN_RESULT = 10, 100
ONE_YEAR, EVERY_YEAR = "所选年度", "各年度"
WORDS = {
    "filed": "已报",
    **{state.value: look.name for state, look in LOOKS.items()},
    **{str(severity): look.name for severity, look in findings.LOOKS.items()},
}
WORDS_OF = {  # of tables whose codes mean something of their own
    "score": {"scored": "已评", **{code: words[0] for code, words in score_words.STATUS.items()}},
    "score_reason": score_words.STATES,
}
READING = "没有数的格是空的，原因看状态：空白、不适用、未报、待核、不可比、未收集都不是 0。"
_SQL, _EXAMPLE, _ANSWER = "data-sql", "data-example", "data-answer"
_TABLES = ("proactive", "requests", "disputes")  # as the form has them
_EVERY_SCORE = f"({' UNION ALL '.join(f'SELECT year FROM {table}' for table in SCORES)})"
_TYPES = {
    "xlsx": ("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": ("CSV", "text/csv"),
    "parquet": ("Parquet", "application/vnd.apache.parquet"),
}


def page(selection: Selection) -> None:
    taken = "，也可以用笔记本接着算" if notebooks() else ""
    st.markdown(f"**{len(offered_tables())} 张表可以整张下载，可以透视，可以自己写查询{taken}。**")
    table_part(selection)
    pivot_part(selection)
    sql_part(selection)
    if notebooks():
        notebook_part()


def table_part(selection: Selection) -> None:
    tables = {each.name: each for each in offered_tables()}
    st.markdown("## 整张下载")
    name = st.segmented_control("表", list(tables), default=next(iter(tables)), required=True, key="data-table")
    offered = tables[str(name)]
    columns = db.query(f"SELECT * FROM {offered.table} LIMIT 0").columns
    years = f"{selection.year} 年度"
    if "year" in columns:
        chosen = st.segmented_control(
            "年度", [ONE_YEAR, EVERY_YEAR], default=ONE_YEAR, required=True, key="data-years",
            format_func=lambda each: f"{selection.year} 年度" if each == ONE_YEAR else each,
        )  # fmt: skip
        years = years if chosen == ONE_YEAR else EVERY_YEAR
    source, asked = narrowed(offered, columns, selection, is_one_year="year" in columns and years != EVERY_YEAR)
    count = db.rows(f"SELECT count(*) AS lines FROM {source}", asked)[0]["lines"]
    scope = selection.words["范围"] if "unit_id" in columns else ALL
    st.caption(f"{offered.about}{scope}，共 {count:,} 行，{len(columns)} 个字段。{READING}")
    about = {"表": offered.name, "范围": scope, "年度": years if "year" in columns else "不分年度", "读法": READING}
    subject = "_".join((offered.name, *([years.replace(" ", "")] if "year" in columns else []), scope))
    if open_years := drafts(offered, source, asked):
        told = f"{'、'.join(map(str, open_years))} 年度没有定稿，还会变。"
        st.warning(f"{score_words.DRAFT_MARK}：{told}")
        about[score_words.DRAFT_MARK] = told
        subject += f"_{score_words.DRAFT_MARK}"
    labels = {column: offered.label(column) for column in [*columns, STATE_NAME]}
    downloads(
        "table", subject, lambda: with_words(offered, db.query(whole(offered, source), asked)), count, about, labels
    )
    preview(offered, db.query(f"{whole(offered, source)} LIMIT {PREVIEWED}", asked))
    with st.expander(f"“{offered.name}”的字段（{len(columns)} 个）"):
        lines = [(code(column), html.escape(offered.columns[column])) for column in columns]
        draw(("字段", "是什么"), lines)
        st.html(f"<p>这张表在查询里叫 <code>{offered.table}</code>。</p>")


def narrowed(
    offered: Offered, columns: list[str], selection: Selection, *, is_one_year: bool
) -> tuple[str, dict[str, Any]]:
    """The table as it is asked for, by the choice of the sidebar; 全部 leaves nothing out, not even the whole area."""
    wanted = ["year = $year"] if is_one_year else []
    if "unit_id" in columns and selection.scope != ALL:
        wanted.append("unit_id IN (SELECT unit_id FROM unit_scope WHERE scope = $scope)")
    where = f" WHERE {' AND '.join(wanted)}" if wanted else ""
    return f"{offered.table}{where}", selection.parameters


def whole(offered: Offered, source: str) -> str:
    order = {"measure_figure": "position, year, measure_position", "cell_figure": f'position, year, list_position({list(_TABLES)}, "table"), cell_position',
             "filing_figure": "position, year", "finding_shown": "unit_position, year, position",
             "score": f"{_place('score')}, year",
             "score_reason": f"{_place('score_reason')}, year, score_reason.position, item"}  # fmt: skip
    return f"SELECT * FROM {source} ORDER BY {order.get(offered.table, 'position')}"


def _place(table: str) -> str:
    """Where the unit of a line stands in the register, which a table of scores does not say."""
    return f"(SELECT u.position FROM unit u WHERE u.unit_id = {table}.unit_id)"


def drafts(offered: Offered, source: str, asked: Mapping[str, Any]) -> list[int]:
    """Of which years the scores among these rows are not finalised."""
    if offered.table not in SCORES:
        return []
    return open_scores(source, asked)


def open_scores(source: str = _EVERY_SCORE, asked: Mapping[str, Any] | None = None) -> list[int]:
    """The years among these rows of scores, by default among all of them, that are not finalised."""
    final = "SELECT year FROM score_stage WHERE stage = 'final'"
    rows = db.rows(
        f"SELECT DISTINCT year FROM (SELECT year FROM {source}) WHERE year NOT IN ({final}) ORDER BY year", asked
    )
    return [row["year"] for row in rows]


def with_words(offered: Offered, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with a column that says in words how each stands, beside the one with the code."""
    held = STATE_OF.get(offered.table)
    if held is None:
        return rows
    place = rows.columns.index(held) + 1
    words = WORDS_OF.get(offered.table, WORDS)
    named = rows[held].replace_strict(words, default=None, return_dtype=pl.String).alias(STATE_NAME)
    return rows.insert_column(place, named) if rows.height else rows.clone().insert_column(place, named)


def preview(offered: Offered, rows: pl.DataFrame) -> None:
    if not rows.height:
        st.write("这个范围没有记录。")
        return
    shown = with_words(offered, rows.clone())
    lines = [tuple(html.escape(written(row[column])) for column in offered.shown) for row in shown.to_dicts()]
    draw(tuple(offered.label(column) for column in offered.shown), lines)
    st.caption(f"只列前 {rows.height} 行和主要字段，下载的是全部。")


def pivot_part(selection: Selection) -> None:
    st.markdown("## 透视")
    st.caption(f"从“数值长表”里选一个指标，按行和列摆开。范围是侧栏选的：{selection.words['范围']}。")
    answer = pivot.ask(selection)
    if not answer.lines:
        st.write("这个范围没有记录。")
        return
    pivot.show(answer)
    downloads(
        "pivot", answer.subject, lambda: pivot.rows(answer), len(answer.lines), {**answer.about, "读法": READING},
        pivot.LABELS,
    )  # fmt: skip


def sql_part(selection: Selection) -> None:
    st.markdown("## 自己查")
    st.caption(
        f"只读，只能查这次入库的数据。每次一条语句，最多 {SECONDS:g} 秒、{MOST_ROWS:,} 行。"
        "侧栏的年度和范围在这里不起作用，请写在语句里。"
    )
    st.selectbox(
        "示例", list(examples()), index=None, key=_EXAMPLE, placeholder="选一个，填进下面的框", on_change=_fill
    )
    st.text_area("查询语句", key=_SQL, height=190)
    build = db.current_build()
    assert build is not None  # open_page draws this only where there is a build
    if st.button("运行", type="primary", key="data-run"):
        st.session_state[_ANSWER] = build.build_id, asked(st.session_state[_SQL])
    of_build, held = st.session_state.get(_ANSWER) or ("", None)
    if held is None:
        return
    if of_build != build.build_id:
        st.warning("上次运行以后又入过库，那次的结果已不作数，请再运行一次。")
        return
    if isinstance(held, AskError):
        st.error(str(held))
        if held.detail:
            st.html(f"<pre><code>{html.escape(held.detail)}</code></pre>")
        return
    result(held)


def _fill() -> None:
    chosen = st.session_state[_EXAMPLE]
    if chosen:
        st.session_state[_SQL] = examples()[chosen]


def asked(sql: str) -> Answer | AskError:
    build = db.current_path()
    assert build is not None  # open_page draws this only where there is a build
    try:
        return ask(build, sql)
    except AskError as error:
        return error


def result(answer: Answer) -> None:
    rows = answer.rows
    cut = f"结果不止这些，只取了前 {MOST_ROWS:,} 行。" if answer.is_cut else ""
    st.write(f"{rows.height:,} 行，{rows.width} 列，用时 {answer.seconds:.1f} 秒。{cut}")
    if (st.session_state.get(_SQL) or "").strip() != answer.sql.strip():
        st.caption("框里的语句改过，还没有运行；下面是上一条的结果。")
    about = {"查询语句": answer.sql, "行数": f"{rows.height:,}。{cut}", "读法": READING}
    subject = "查询结果"
    if open_years := open_scores() if answer.tables.intersection(SCORES) else []:
        told = f"这条语句用到得分的表，其中 {'、'.join(map(str, open_years))} 年度没有定稿，还会变。"
        st.warning(f"{score_words.DRAFT_MARK}：{told}")
        about[score_words.DRAFT_MARK] = told
        subject += f"_{score_words.DRAFT_MARK}"
    downloads("result", subject, lambda: rows, rows.height, about)
    draw(tuple(rows.columns), [tuple(map(coded, line)) for line in rows.head(SHOWN_RESULT).iter_rows()], is_code=True)
    if rows.height > SHOWN_RESULT:
        st.caption(f"只列前 {SHOWN_RESULT} 行，下载的是全部。空格是没有值，不是 0。")


def notebooks() -> tuple[Path, ...]:
    """As they were shipped inside the package, else as they lie beside it in a checkout; none where there are none."""
    for folder in (APP.with_name("notebooks"), APP.parent.with_name("notebooks")):
        found = tuple(sorted(folder.glob("[0-9][0-9] *.ipynb")))
        if found:
            return found
    return ()


def notebook_part() -> None:
    st.markdown("## 笔记本")
    st.caption("读的是同一份数据，只读，不联网，数与各页逐格一致。")
    with st.container(horizontal=True, key="data-notebooks"):
        for path in notebooks():
            st.download_button(
                f"下载 {path.stem}", data=path.read_bytes(), file_name=path.name, mime="application/x-ipynb+json",
                key=f"data-notebook-{path.stem[:2]}", on_click="ignore",
            )  # fmt: skip
    st.html(
        "<style>.nb-names, .nb-names code {font-size: 14px; font-family: inherit; background: none; padding: 0;}</style>"
        "<p class='nb-names'>用 <code>Jupyter</code> 或 <code>VS Code</code> 打开，运行环境选装有年报镜的那一个 <code>Python</code>，"
        "从上到下运行。数据不在运行的文件夹下的 <code>data</code> 里时，先设环境变量 <code>NIANBAO_DATA</code>。</p>"
    )


def downloads(
    key: str,
    subject: str,
    rows: Callable[[], pl.DataFrame],
    count: int,
    about: Mapping[str, str],
    labels: Mapping[str, str] | None = None,
) -> None:
    """Three buttons; the file is only made when one is pressed."""
    build = db.current_build()
    assert build is not None  # open_page draws this only where there is a build
    mark = "_示例数据" if build.is_sample else ""
    stamp = {
        "县（市、区）": build.county, "数据版本": build.build_id, "入库时间": f"{build.built_at:%Y-%m-%d %H:%M}",
        "数据性质": SAMPLE_MARK if build.is_sample else "各单位报送的年报",
    }  # fmt: skip
    writers: dict[str, Callable[[], bytes]] = {
        "xlsx": lambda: write_rows_workbook(rows(), {**about, **stamp}, labels),
        "csv": lambda: write_csv(rows()),
        "parquet": lambda: write_parquet(rows()),
    }
    with st.container(horizontal=True, key=f"data-downloads-{key}"):
        for ending, write in writers.items():
            word, kind = _TYPES[ending]
            is_long = ending == "xlsx" and count > MOST_XLSX_ROWS
            st.download_button(
                f"下载 {word}", data=write, key=f"data-{key}-{ending}", on_click="ignore", mime=kind, disabled=is_long,
                file_name=f"{build.county}_{subject}_{build.build_id}{mark}.{ending}",
            )  # fmt: skip
    if count > MOST_XLSX_ROWS:
        st.caption(f"超过 {MOST_XLSX_ROWS:,} 行，电子表格打开太慢：请下载另外两种，或选一个年度。")


def draw(columns: tuple[str, ...], lines: Sequence[tuple[str, ...]], *, is_code: bool = False) -> None:
    """A plain list, of cells that are HTML already."""
    names = [code(name) if is_code else html.escape(name) for name in columns]
    labels = [html.escape(name, quote=True) for name in columns]
    head = "".join(f"<th>{name}</th>" for name in names)
    body = "".join(
        "<tr>"
        + "".join(f'<td data-label="{label}">{cell}</td>' for label, cell in zip(labels, line, strict=True))
        + "</tr>"
        for line in lines
    )
    st.html(
        f'<div style="overflow-x:auto"><table class="nb-list wide"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def code(text: str) -> str:
    return f"<code>{html.escape(text)}</code>"


def coded(value: Any) -> str:
    """A cell of a result: what holds no Chinese is code."""
    text = written(value)
    return html.escape(text) if not text or any("一" <= letter <= "鿿" for letter in text) else code(text)


def written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return write_number(value)
    if isinstance(value, list):
        return "、".join(map(written, value))
    return str(value)


open_page("数据台", page, hint="", needs_somebody=False)
