"""How a page is shown: on the desk, or on paper (`?mode=print`). The address says which."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

_MODE = "mode"
PRINT = "print"

_PRINT_STYLE = """
[data-testid="stSidebar"], [data-testid="stExpandSidebarButton"], [data-testid="stHeader"],
[class*="st-key-tools-"], [class*="st-key-source-of-"], .nb-ways, [data-testid="stMain"] .stButton,
[data-testid="stMain"] .stDownloadButton, [data-testid="stPopover"], [data-testid="stMain"] [data-testid="stSelectbox"],
[data-testid="stMain"] [data-testid="stButtonGroup"], [data-testid="stMetricChart"] {display: none !important;}
.stApp, [data-testid="stMain"], body {background: #FFFFFF !important; color-scheme: light;}
[data-testid="stMain"] :not(.nb-figure, .nb-tile, .nb-tile *, .nb-flag b, .swatch, .nb-clear, .nb-unsure, svg *) {
  color: #1B2430 !important;}
[data-testid="stMetric"] * {background: transparent !important;}
[data-testid="stMain"] .nb-grid :is(th, .corner) {background: #F3F6FA !important;}
[data-testid="stMainBlockContainer"] {max-width: 1020px !important; padding: .5rem 0 !important; margin: 0 auto;}
.nb-scroll {max-height: none !important; overflow: visible !important; border: 0;}
.nb-grid {font-size: 12px;} .nb-grid thead th, .nb-grid tbody th {position: static !important;}
.nb-figure {min-height: 0 !important; padding: 1px 4px !important;}
.nb-grid thead {display: table-header-group;}
.nb-grid tr, .nb-tile, .nb-flag, [class*="st-key-metric-"], .js-plotly-plot {break-inside: avoid;}
[data-testid="stExpander"] {display: none;}
@page {size: A4 landscape; margin: 12mm;}
"""


def current() -> str:
    """The word of the address, "" for the desk."""
    asked = st.query_params.get(_MODE, "")
    return asked if asked == PRINT else ""


def is_print() -> bool:
    """Paper is white, whatever theme the reader's browser has."""
    return current() == PRINT


def style() -> str:
    """What this way of showing changes in the looks of a page."""
    return _PRINT_STYLE if is_print() else ""


def link(mode: str) -> str:
    """The address of what is seen now, shown another way; relative, so that it holds behind any host."""
    held = {key: value for key, value in st.query_params.items() if key != _MODE}
    return "?" + urlencode({**held, **({_MODE: mode} if mode else {})})
