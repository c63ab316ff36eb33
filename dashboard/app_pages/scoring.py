"""考核评分：按细则每家几分、凭什么？"""

import streamlit as st

from dashboard import (
    desk,
    score_cards,
    score_data,
    score_events,
    score_queue,
    score_ranking,
    score_trial,
    score_unit,
    score_words,
    viewer,
)
from dashboard.filters import Selection
from dashboard.opening import open_page
from dashboard.words import plain

HINT = "点一家看它从满分怎样到得分；再点一项看理由、数字的出处和细则原文。不跨组比较，默认不排名。"
PARTS = ("得分", "人工评分", "试算", "细则")


def page(selection: Selection) -> None:
    held = score_cards.begin(selection)
    if held is None:
        return
    rows = score_data.in_scope(held.rows, selection.group)
    who = "" if selection.group == "全部" else selection.group
    st.markdown(f"**{plain(score_words.conclusion(rows, held.rubric, who, selection.year))}**")
    st.caption(plain(score_cards.rests_on(held)))
    parts = [each for each in PARTS if not (viewer.is_viewer() and each in ("人工评分", "试算"))]
    part = st.segmented_control("看什么", parts, default=PARTS[0], required=True, key="part", bind="query-params")
    if part == "人工评分":
        with st.container():
            desk.corner()
        score_queue.queue(rows, held, selection)
        score_events.events(held)
        score_events.back(held)
        score_queue.review(held)
        score_queue.shut(held, selection)
    elif part == "试算":
        score_trial.what_if(held, rows, selection)
        with st.container():
            score_trial.firmness(held, rows, selection)
    elif part == "细则":
        score_cards.rubric_table(held)
    elif selection.unit_id is not None:
        with st.container():
            score_unit.show(selection.unit_id, held, selection)
    else:
        points(rows, held, selection)


def points(rows: list[score_data.Row], held: score_data.Standing, selection: Selection) -> None:
    """Every group by itself."""
    score_cards.grades(rows, held, selection)
    for name, each in score_cards.grouped(rows, held).items():
        score_cards.group(name, each, held, selection)
    score_cards.not_scored(rows, held)
    score_queue.exports(held, selection)
    score_ranking.area(held.year)


open_page("考核评分", page, hint=HINT)
