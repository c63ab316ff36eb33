"""The frame: navigation, the three choices in the address bar, the stamp of the build. Pages hold everything else.

The pages must not lie in a folder named `pages`: Streamlit would take it for its older kind of app and answer a link
to a page without running this frame until somebody has opened `/`.
"""

import streamlit as st

from dashboard import db, downloads, filters, foot, modes, opening, theme, viewer

st.set_page_config(page_title="年报镜", page_icon="🔎", layout="wide", initial_sidebar_state="auto")
theme.apply()
db.hold_current()
downloads.begin()

page = st.navigation(
    viewer.menu(
        {
            "看结果": [
                st.Page("app_pages/overview.py", title="总览", icon=":material/dashboard:", default=True),
                st.Page("app_pages/panorama.py", title="年报全景", icon=":material/grid_on:", url_path="panorama"),
                st.Page("app_pages/proactive.py", title="主动公开", icon=":material/campaign:", url_path="proactive"),
                st.Page("app_pages/requests.py", title="依申请公开", icon=":material/inbox:", url_path="requests"),
                st.Page("app_pages/fees.py", title="收费", icon=":material/payments:", url_path="fees"),
                st.Page("app_pages/unit.py", title="单位档案", icon=":material/folder_open:", url_path="unit"),
                st.Page("app_pages/compare.py", title="对比", icon=":material/compare_arrows:", url_path="compare"),
            ],
            "管收报": [
                st.Page("app_pages/intake.py", title="收报核对", icon=":material/fact_check:", url_path="intake"),
                st.Page(
                    "app_pages/rectification.py",
                    title="退改跟踪",
                    icon=":material/assignment_return:",
                    url_path="rectification",
                ),
            ],
            "考核": [
                st.Page("app_pages/scoring.py", title="考核评分", icon=":material/scoreboard:", url_path="scoring"),
                st.Page("app_pages/appeals.py", title="申诉复核", icon=":material/gavel:", url_path="appeals"),
            ],
            "分析与说明": [
                st.Page("app_pages/data.py", title="数据台", icon=":material/database:", url_path="data"),
                st.Page("app_pages/help.py", title="口径与帮助", icon=":material/help:", url_path="help"),
            ],
        }
    ),
    expanded=True,
)

build = db.current_build()
selection = None
if build is not None and filters.current() is not None:
    filters.sidebar()
    selection = filters.current()  # what the sidebar says now
    if modes.is_print() and selection is not None:
        foot.sheet(page.title, selection)

page.run()

if build is not None:
    opening.legend()
    foot.show(page.title, build, selection)
