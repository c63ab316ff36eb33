"""How a page is shown: on the desk, on paper (`?mode=print`), by a projector (`?mode=show`). The address says which."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

_MODE = "mode"
PRINT, SHOW = "print", "show"
SCREENS = {
    "flags": "红旗",
    "filing": "报送",
    "trends": "趋势",
    "requests": "依申请",
}  # of 总览, as a projector shows it

_PRINT_STYLE = """
[data-testid="stSidebar"], [data-testid="stExpandSidebarButton"], [data-testid="stHeader"],
[class*="st-key-tools-"], [class*="st-key-source-of-"], .nb-ways, [data-testid="stMain"] .stButton,
[data-testid="stMain"] .stDownloadButton, [data-testid="stPopover"], [data-testid="stMain"] [data-testid="stSelectbox"],
[data-testid="stMain"] [data-testid="stButtonGroup"], [data-testid="stMetricChart"] {display: none !important;}
.stApp, [data-testid="stMain"], body {background: #FFFFFF !important; color-scheme: light;}
[data-testid="stMain"] :not(.nb-figure, .nb-tile, .nb-tile *, .nb-flag b, .nb-flag b *, .swatch, .nb-clear, .nb-unsure, svg *) {
  color: #1B2430 !important;}
[data-testid="stMetric"] * {background: transparent !important;}
[data-testid="stMain"] .nb-grid :is(th, .corner) {background: #F3F6FA !important;}
[data-testid="stMainBlockContainer"] {max-width: 1020px !important; padding: .5rem 0 !important; margin: 0 auto;}
.nb-scroll {max-height: none !important; overflow: visible !important; border: 0;}
.nb-grid {font-size: 12px;} .nb-grid thead th, .nb-grid tbody th {position: static !important;}
.nb-figure {min-height: 0 !important; padding: 1px 4px !important;}
.nb-grid thead {display: table-header-group;}
.nb-grid tr, .nb-tile, .nb-flag, [class*="st-key-card-"]:has(.nb-tiles),
[class*="st-key-card-"]:not(:has(.nb-grid tbody tr:nth-child(25))), [class*="st-key-metric-"], [class*="st-key-card-"]:has(.js-plotly-plot),
.st-key-card-doings {break-inside: avoid;}
.nb-group, .nb-title, .nb-grid thead, [data-testid="stElementContainer"]:has(h2, h3, .nb-title, .nb-group),
[data-testid="stMain"] [class*="st-key-card-"] [data-testid="stElementContainer"]:has([data-testid="stCaptionContainer"]) {
  break-after: avoid;}
.nb-legend, .nb-foot {break-before: avoid;}
.nb-list:not(:has(tbody tr:nth-child(16))), .nb-key {break-inside: avoid;} .nb-key, .nb-key span {display: inline-block;}
[data-testid="stElementContainer"]:has(h2) + [data-testid="stElementContainer"]:has([data-testid="stCaptionContainer"]) {
  break-after: avoid;}
[data-testid="stMain"] .nb-finding {line-height: 1.3; padding-block: 3px;}
[data-testid="stMain"] .nb-finding .label {font-size: 10px; line-height: 1.2;}
[data-testid="stMain"] h1 {padding: 0 !important; font-size: 24px !important;}
[data-testid="stMainBlockContainer"] > [data-testid="stVerticalBlock"] {gap: .5rem;}
[class*="st-key-card-"] [data-testid="stVerticalBlock"], [class*="st-key-card-"] {gap: .4rem;}
[class*="st-key-card-"] {padding: .5rem .8rem;}
[data-testid="stMain"] [data-testid="stCaptionContainer"] p {font-size: 12px; line-height: 1.4;}
.nb-grid :is(th, td) {padding-top: 1px !important; padding-bottom: 1px !important; line-height: 1.4;}
.nb-paper {break-inside: avoid;} .nb-paper :is(td, th) {line-height: 1.25; padding: 1px 4px !important;}
.nb-papers td button {min-height: 0 !important; padding: 0 4px !important;}
[data-testid="stMain"] :is([data-testid="stTextInput"], [data-testid="stTextArea"], [data-testid="stFileUploader"],
  [data-testid="stMultiSelect"]), .st-key-quick-choices,
[data-testid="stMain"] [data-testid="stElementContainer"]:has(> :is([data-testid="stSelectbox"], .stSelectbox, .stMultiSelect,
  .stButton, .stTextInput, .stButtonGroup)) {display: none !important;}
.nb-sample, .st-key-card-attention, [data-testid="stMain"] [data-testid="stTooltipIcon"] {display: none !important;}
[data-testid="stExpander"] {display: none;}
@page {size: A4 landscape; margin: 12mm;}
"""
# No letter below 18 pixels: charts see to theirs in charts.for_show.
_SHOW_STYLE = """
html {font-size: 20px !important;}
[data-testid="stSidebar"], [data-testid="stExpandSidebarButton"], [data-testid="stHeader"],
[class*="st-key-tools-"], [class*="st-key-source-of-"], .nb-legend, .nb-sample, [data-testid="stMain"] h1,
[data-testid="stMetricChart"], [data-testid="stMain"] [data-testid="stTooltipIcon"] {display: none !important;}
[data-testid="stMainBlockContainer"] {max-width: none !important; padding: .5rem 1.2rem 2.4rem !important;}
[data-testid="stMainBlockContainer"] > [data-testid="stVerticalBlock"] {gap: 0; position: relative;}
[data-testid="stMainBlockContainer"] > [data-testid="stVerticalBlock"]:not(:has([class*="st-key-screen-"])) {gap: .6rem;}
[class*="st-key-screen-"], [class*="st-key-screen-"] [data-testid="stVerticalBlock"] {gap: .5rem;}
[data-testid="stMain"] [class*="st-key-metric-"] {padding: .5rem .8rem;}
[data-testid="stMain"] :is(.nb-title, [data-testid="stMarkdownContainer"] strong) {font-size: 22px;}
[data-testid="stMain"] :is(.nb-sample, .nb-badge, .nb-flag small, .nb-list, [data-testid="stMetricLabel"] p,
  [data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] p, [data-testid="stMetricDelta"],
  [data-testid="stMetricDelta"] *, .nb-group, .nb-clear, .nb-unsure, .nb-tile .name, .nb-tile .word) {font-size: 18px;}
[data-testid="stMetricValue"], [data-testid="stMetricValue"] * {font-size: 42px;}
[data-testid="stCaptionContainer"] {line-height: 1.35;}
[data-testid="stMain"] .nb-group {margin: 6px 0 2px;}
[data-testid="stMain"] .nb-tiles {grid-template-columns: repeat(auto-fill, minmax(112px, 1fr)); gap: 4px;}
[data-testid="stMain"] .nb-tile {padding: 1px 5px; min-height: 0;}
[data-testid="stMain"] .nb-tile .name {line-height: 1.2;} [data-testid="stMain"] .nb-tile .word {line-height: 1.2;}
[data-testid="stMain"] .nb-tile.tone-good .word {display: none;}
.nb-foot {position: fixed; left: 0; right: 0; bottom: 0; margin: 0; padding: 4px 1.2rem; z-index: 9; font-size: 18px;
  background: var(--nb-ground); opacity: 1; display: flex; gap: 1.2em; align-items: center;
  justify-content: space-between;}
.nb-foot .nb-turn {display: flex; gap: .3em;} .nb-foot .nb-turn a {padding: 2px 10px; border-radius: 4px;
  color: inherit; text-decoration: none; border: 1px solid transparent;}
.nb-foot .nb-turn a[aria-current] {border-color: currentColor; font-weight: 600;}
@media (min-width: 1800px) and (min-height: 1000px) {
  html {font-size: 27px !important;}
  [data-testid="stMain"] :is(.nb-title, [data-testid="stMarkdownContainer"] strong) {font-size: 30px;}
  [data-testid="stMain"] :is(.nb-badge, .nb-flag, .nb-flag small, .nb-list, [data-testid="stMetricLabel"] p,
    [data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] p, [data-testid="stMetricDelta"],
    [data-testid="stMetricDelta"] *, .nb-group, .nb-clear, .nb-unsure, .nb-tile .name, .nb-tile .word) {
    font-size: 25px;}
  [data-testid="stMetricValue"], [data-testid="stMetricValue"] * {font-size: 58px;}
  [data-testid="stMain"] .nb-tiles {grid-template-columns: repeat(auto-fill, minmax(165px, 1fr)); gap: 6px;}
  .nb-foot {font-size: 22px;}
}
"""


def current() -> str:
    """The word of the address, "" for the desk."""
    asked = st.query_params.get(_MODE, "")
    return asked if asked in (PRINT, SHOW) else ""


def is_print() -> bool:
    """Paper is white, whatever theme the reader's browser has."""
    return current() == PRINT


def is_show() -> bool:
    """A room reads from afar: large letters, no sidebar, nothing to operate."""
    return current() == SHOW


def style() -> str:
    """What this way of showing changes in the looks of a page."""
    return {PRINT: _PRINT_STYLE, SHOW: _SHOW_STYLE + _turned()}.get(current(), "")


def _turned() -> str:
    """Only the screen whose number stands at the root is seen; the others keep their width, so that their charts are
    drawn as wide as they will be seen."""
    away = ", ".join(
        f':root:not([data-nb-screen="{number}"]) .st-key-screen-{name}' for number, name in enumerate(SCREENS)
    )
    return f"{away} {{position: absolute; top: 0; left: 0; right: 0; height: 0; overflow: hidden; visibility: hidden;}}"


def link(mode: str) -> str:
    """The address of what is seen now, shown another way; relative, so that it holds behind any host."""
    held = {key: value for key, value in st.query_params.items() if key != _MODE}
    return "?" + urlencode({**held, **({_MODE: mode} if mode else {})})
