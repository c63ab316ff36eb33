"""人工评分: the items that wait for a person one after the other, the second person's look, shutting the year, what is handed out.

Every act goes through desk.record with the entry that stood on the page, so of two people at the same item the later is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

import streamlit as st

from dashboard import db, desk, downloads, score_unit, score_words, viewer
from dashboard.filters import Selection
from dashboard.grid import listing
from dashboard.provenance import Address
from dashboard.score_data import Row, Standing
from dashboard.score_steps import worth
from dashboard.words import plain
from etl.build import build
from etl.ledger import Kind, LedgerError, ScoreDecision, ScoreWaiver, score_subject
from etl.publish.score_book import score_book
from etl.publish.scores import scores_name, write_scores
from etl.publish.statements import statement_template, zip_name, zip_statements
from etl.units import RegisterError
from etl.warehouse.failure import BuildError
from etl.warehouse.finalise import finalise

PLACE = "score-entry"
_AT, _SEEN = "score-queue-at", "score-final-seen"
SHARES = {"1　不得分": "0", "2　四分之一": "0.25", "3　一半": "0.5", "4　四分之三": "0.75", "5　满分": "1"}


def items(rows: Sequence[Row], held: Standing) -> list[Row]:
    """Every line of the main part that a person scores or scored, unit by unit."""
    return [
        line
        for row in rows
        for line in held.scored.lines(row["unit_id"])
        if line["role"] == "main" and line["state"] in ("manual_open", "manual")
    ]


def queue(rows: Sequence[Row], held: Standing, selection: Selection) -> None:
    """One item: evidence at the left, the form at the right."""
    found = items(rows, held)
    still = [line for line in found if line["state"] == "manual_open"]
    st.markdown(f"## 待人工评定的 {len(still)} 项" + (f"，已评 {len(found) - len(still)} 项" if found else ""))
    with st.container():
        desk.show_told(PLACE)
    if not found:
        st.write("没有要由人评定的项。")
        return
    subjects = [_subject(line) for line in found]
    at = st.session_state.get(_AT)
    if at not in subjects:
        at = _subject(still[0]) if still else subjects[0]
    place = subjects.index(at)
    line = found[place]
    with st.container(horizontal=True, vertical_alignment="center", key="score-turn"):
        st.markdown(f"**第 {place + 1}/{len(found)} 项**")
        st.button("上一项", key="score-back", disabled=place == 0, on_click=_go, args=(subjects[place - 1],))
        after = subjects[place + 1] if place + 1 < len(subjects) else at
        st.button("下一项", key="score-next", disabled=after == at, on_click=_go, args=(after,))
    left, right = st.columns([3, 2])
    with left:
        st.markdown(f"**{plain(held.units[line['unit_id']]['name'])}**")
        score_unit.evidence(Address("score", line["indicator"], line["year"], line["unit_id"]), held)
    with right:
        rest = [_subject(each) for each in still if each is not line]
        later = [each for each in rest if subjects.index(each) > place]
        _form(line, held, selection, (later or rest or [at])[0])


def _subject(line: Row) -> str:
    return score_subject(line["unit_id"], line["year"], line["indicator"])


def _go(subject: str) -> None:
    st.session_state[_AT] = subject


def _form(line: Row, held: Standing, selection: Selection, then: str) -> None:
    subject = _subject(line)
    full = score_words.points(line["full"])
    with st.container(border=True, key="score-entry"):
        st.markdown(f"**{plain(line['indicator_name'])}：现在 {worth(line)}，满分 {full}**")
        if held.is_final:
            st.caption("已定稿，不能再改。")
            return
        st.caption("按数字键 1—5 选得分，写理由，按回车键保存并到下一项。")
        with st.form(f"score-form-{subject}", border=False):
            st.radio("得分", list(SHARES), index=None, key=f"score-share-{subject}")
            st.text_input("或写分数", key=f"score-points-{subject}", placeholder=f"0 至 {full}", max_chars=10)
            st.text_input(
                "理由", key=f"score-why-{subject}", placeholder="必填，如：查看台账，缺一次记录", max_chars=300
            )
            st.text_input(
                "佐证", key=f"score-evidence-{subject}", placeholder="文件、网址或编号，可不填", max_chars=300
            )
            desk.name_field(PLACE)
            st.form_submit_button(
                "保存，到下一项", key="score-save", type="primary", on_click=_save,
                args=(line, held.seen(Kind.SCORE, subject), then),
            )  # fmt: skip
        _trail(subject)


def _save(line: Row, seen: int, then: str) -> None:
    subject = _subject(line)
    said, fault = _said(subject, line["full"])
    if fault:
        desk.take_name(PLACE)
        desk.tell(PLACE, desk.Told(fault, is_done=False))
        st.session_state[_AT] = subject
        return
    evidence = str(st.session_state.get(f"score-evidence-{subject}") or "").strip()
    why = str(st.session_state.get(f"score-why-{subject}") or "").strip()
    st.session_state[_AT] = subject
    if desk.record(PLACE, Kind.SCORE, subject, {**said, "evidence": evidence}, seen=seen, why=why, done="已保存。"):
        st.session_state[_AT] = then


def _said(subject: str, full: Decimal) -> tuple[dict[str, str], str]:
    """What was said in the form, or why it cannot be saved."""
    text = str(st.session_state.get(f"score-points-{subject}") or "").strip()
    chosen = st.session_state.get(f"score-share-{subject}")
    if not text:
        return ({"share": SHARES[chosen]}, "") if chosen else ({}, "没有保存：请选得分（1—5），或写分数。")
    points = number(text)
    if points is None or not 0 <= points <= full:
        return {}, f"没有保存：“{text}”不是 0 至 {score_words.points(full)} 的数，最多两位小数。请改正。"
    return {"points": f"{points:f}"}, ""


def number(text: str) -> Decimal | None:
    """Points as a person types them, two decimals at most; None where it is no such figure."""
    try:
        found = Decimal(text)
        return found if found.is_finite() and found == round(found, 2) else None
    except InvalidOperation:  # no figure, or one too large to be rounded
        return None


def _trail(subject: str) -> None:
    entries = desk.ledger().history(subject, Kind.SCORE)
    if entries:
        st.caption("留痕：谁、什么时候、由什么改成什么。")
        listing(
            ("时间", "经手人", "改前", "改后", "理由"),
            [
                (desk.when(each.made_at), each.who, said(each.before), said(each.after), each.why)
                for each in entries
            ],
        )  # fmt: skip


def said(content: object) -> str:
    """What an entry says an item is worth."""
    held = content if isinstance(content, dict) else {}
    if held.get("points") is not None:
        return f"{score_words.points(Decimal(held['points']))} 分"
    if held.get("share") is not None:
        return f"满分的 {score_words.points(Decimal(held['share']) * 100)}%"
    return "成立" if held.get("holds") else "不成立" if "holds" in held else "没有"


def review(held: Standing) -> None:
    """What one person decided and a second has not yet looked at."""
    waiting = held.decisions.unreviewed
    st.markdown(f"## 第二人复核：{len(waiting)} 项没有复核")
    needed = "这份细则要求复核完才能定稿。" if held.rubric.review else "这份细则没有要求复核，可以不作。"
    st.caption(f"复核由另一个人作。{needed}")
    with st.container():
        desk.show_told("score-review")
    names: dict[str, ScoreDecision | ScoreWaiver] = {}
    for each in waiting:
        name = named(each, held)
        names[name if name not in names else f"{name}（第 {each.entry.entry_id} 号）"] = each
    if not names or held.is_final:
        return
    listing(("项", "评为", "谁评的", "理由"), [
        (name, "不扣分" if isinstance(each, ScoreWaiver) else said(each.entry.after), f"{each.entry.who}，{desk.when(each.entry.made_at)}", each.entry.why)
        for name, each in names.items()
    ])  # fmt: skip
    with st.form("score-review-form", border=False):
        st.selectbox("复核哪一项", list(names), key="score-review-which", index=None, placeholder="选一项")
        st.text_input("意见", key="score-review-why", placeholder="退回必须写理由", max_chars=300)
        desk.name_field("score-review")
        with st.container(horizontal=True):
            st.form_submit_button("同意", key="score-agree", on_click=_review, args=(held, names, True))
            st.form_submit_button("退回", key="score-refuse", on_click=_review, args=(held, names, False))


def named(each: ScoreDecision | ScoreWaiver, held: Standing) -> str:
    """Whose decision, about what; of a finding that is to take no points, the finding."""
    if isinstance(each, ScoreWaiver):
        about = each.entry.after or {}
        return f"{_unit(each.unit_id, held)} · 不予扣分：{about.get('rule', '')} {about.get('message', '')}"
    indicator = held.indicators.get(each.subject.indicator)
    event = f"（第 {each.subject.event} 次）" if each.subject.event else ""
    name = f" {indicator[2].name}" if indicator else ""
    return f"{_unit(each.subject.unit_id, held)} · {each.subject.indicator}{name}{event}"


def _unit(unit_id: str, held: Standing) -> str:
    return str(held.units.get(unit_id, {}).get("name", unit_id))


def _review(held: Standing, names: dict[str, ScoreDecision | ScoreWaiver], agrees: bool) -> None:
    chosen = names.get(st.session_state.get("score-review-which") or "")
    if chosen is None:
        desk.tell("score-review", desk.Told("没有保存：还没有选哪一项。", is_done=False))
        return
    why = str(st.session_state.get("score-review-why") or "").strip()
    desk.record(
        "score-review", Kind.SCORE_REVIEW, chosen.entry.subject, {"entry_id": chosen.entry.entry_id, "agrees": agrees},
        seen=held.seen(Kind.SCORE_REVIEW, chosen.entry.subject), why=why, done="已复核。" if agrees else "已退回。",
    )  # fmt: skip


def shut(held: Standing, selection: Selection) -> None:
    """定稿: what is still open, and the button that shuts the year for good."""
    st.markdown("## 定稿")
    with st.container():
        desk.show_told("score-final")
    if held.is_final or viewer.is_viewer():
        st.caption("已定稿，分数不能再改。" if held.is_final else "")
        return
    waiting = sum(row["manual_open"] or 0 for row in held.rows)
    listing(("事项", "还有"), [
        ("待人工评定", f"{waiting} 项"), ("没有办结的申诉", f"{len(held.decisions.undecided)} 件"),
        ("没有复核", f"{len(held.decisions.unreviewed)} 项{'' if held.rubric.review else '（细则没有要求复核）'}"),
        ("没有评分的单位", f"{sum(row['status'] != 'scored' for row in held.rows)} 家（按状态列出，不是 0 分）"),
    ])  # fmt: skip
    st.caption("定稿先重新入库，再把全部得分连同依据冻结成一个文件。定稿以后不能改，也不能撤回。")
    with st.form("score-final-form", border=False):
        st.text_input("理由", key="score-final-why", placeholder="如：经考核组会议审定", max_chars=300)
        desk.name_field("score-final")
        asked = st.form_submit_button(
            f"{selection.year} 年度定稿",
            key="score-finalise",
            disabled=waiting > 0,
            on_click=_saw,
            args=(held.last_id,),
        )
    if asked:
        _finalise(held, st.session_state[_SEEN])


def _saw(last_id: int) -> None:
    """The button is answered by the next run, which looks at the ledger anew: what stood above it is kept here."""
    st.session_state[_SEEN] = last_id


def _in_names(message: str, held: Standing) -> str:
    """A message of the ledger, which knows ids alone, as the page calls things."""
    decided = held.decisions
    said = {each.entry.subject: named(each, held) for each in (*decided.scores, *decided.waivers)}
    for case in decided.appeals:
        indicator = held.indicators.get(case.subject.indicator)
        name = f" {indicator[2].name}" if indicator else ""
        said[str(case.subject)] = f"{_unit(case.subject.unit_id, held)} · {case.subject.indicator}{name}"
    for subject in sorted(said, key=len, reverse=True):
        message = message.replace(subject, said[subject])
    return message


def _finalise(held: Standing, seen: int) -> None:
    who, why = desk.take_name("score-final"), str(st.session_state.get("score-final-why") or "").strip()
    if who is None or not why:
        st.error(desk.NOBODY if who is None else "没有定稿：要写明理由。")
        return
    try:
        with st.spinner("正在入库、冻结……"):
            build(db.county())
            finalise(db.county(), held.year, who=who.name, why=why, who_from=who.origin, upto=seen)
            build(db.county())
    except (LedgerError, BuildError, RegisterError) as error:
        st.error(plain(_in_names(str(error), held)))
        return
    desk.tell("score-final", desk.Told("已定稿。", is_done=True))
    st.rerun()


def exports(held: Standing, selection: Selection) -> None:
    """总表、逐项明细 as a workbook, a statement for each unit; of this very moment."""
    with db.cursor() as cursor:
        book = score_book(cursor, desk.ledger(), selection.year, held.scored.source)
    with st.container(horizontal=True, key="tools-exports"):
        st.download_button(
            "得分总表和明细（Excel）", lambda: write_scores(book), file_name=scores_name(book), key="score-xlsx",
            mime=downloads.XLSX, on_click="ignore",
        )  # fmt: skip
        st.download_button(
            "得分说明书（Word，每家一份）", lambda: zip_statements(book, statement_template(db.county())),
            file_name=zip_name(book), key="score-zip", mime="application/zip", on_click="ignore",
        )  # fmt: skip
