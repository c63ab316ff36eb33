"""申诉复核：哪些要改判？"""

import streamlit as st

from dashboard import desk, score_appeals, score_cards
from dashboard.filters import Selection
from dashboard.opening import open_page
from dashboard.words import plain

HINT = "登记、附材料，维持、改判或撤回，每一步都留痕；改判以后，得分、等次、说明书立刻跟着变。"


def page(selection: Selection) -> None:
    held = score_cards.begin(selection)
    if held is None:
        return
    with st.container():
        desk.corner()
    st.markdown(f"**{plain(score_appeals.conclusion(held))}**")
    if not held.decisions.appeals:
        st.caption("公示期间收到的申诉在这里登记。申诉办完以前不能定稿。")
    with st.container():
        desk.show_told(score_appeals.PLACE)
        desk.show_told(score_appeals.NEW)
    if held.decisions.appeals:
        score_appeals.register_table(held, selection)
    score_appeals.handle(held, selection)
    if held.is_final:
        st.caption("这一年已定稿，不再受理申诉。")
    else:
        score_appeals.register(held)


open_page("申诉复核", page, hint=HINT)
