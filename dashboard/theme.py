"""Every patch of Streamlit's own looks and words, and the colours of the charts. Nothing else touches its DOM.

Streamlit writes its own words in English and sets `lang` to en; both are put right here and held by tests/e2e.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import streamlit as st

_CSS = """
<style>
[data-testid="stMainBlockContainer"] {max-width: 1400px; padding-left: 2rem; padding-right: 2rem; padding-bottom: 3rem;}
[data-testid="stMain"] {line-height: 1.6; font-variant-numeric: tabular-nums;}
[data-testid="stToolbar"] [data-testid="stMainMenu"], [data-testid="stToolbarActions"], [data-testid="stStatusWidget"],
[data-testid="stElementToolbar"], [data-testid="stDecoration"], [data-testid="stAppDeployButton"],
[data-testid="stHeaderActionElements"] {display: none !important;}
[data-testid="stMetricLabel"] p {font-size: 15px;}
[data-testid="stMetricValue"] {line-height: 1.3;}
[data-testid="stMetricDelta"] svg {display: none;}
[data-testid="stSidebarNavLink"] {min-height: 40px;}
[data-testid="stCaptionContainer"] {color: inherit; opacity: .82;}
.stButton button, .stDownloadButton button, [data-testid="stButtonGroup"] button {min-height: 36px;}
.nb-sample {display: inline-block; padding: 1px 10px; border: 1px solid #8A5A00; border-radius: 4px;
  background: #FFF3D6; color: #5C3B00; font-size: 14px; font-weight: 600;}
.nb-title {font-size: 17px; font-weight: 600; line-height: 1.5; margin: 0;}
[data-testid="stBaseButton-tertiary"] {color: var(--st-link-color, inherit); text-decoration: underline;
  text-underline-offset: 3px;}
.nb-badge {display: inline-block; padding: 0 6px; border: 1px dashed currentColor; border-radius: 4px;
  margin-left: 6px; font-weight: 400; font-size: 13px; opacity: .85;}
.nb-legend {display: flex; flex-wrap: wrap; gap: 4px 14px; font-size: 14px; margin: 0;}
.nb-legend span.swatch {display: inline-block; min-width: 30px; padding: 0 6px; margin-right: 5px; text-align: center;
  border: 1px solid rgba(120,130,145,.45); border-radius: 3px; font-size: 13px;}
.nb-list {width: 100%; border-collapse: collapse; font-size: 14px;}
.nb-list th, .nb-list td {text-align: left; padding: 4px 10px 4px 0; vertical-align: top;
  border-bottom: 1px solid rgba(120,130,145,.3); overflow-wrap: anywhere;}
.nb-list th {font-weight: 600; white-space: nowrap;}
.nb-list td.number {text-align: right; white-space: nowrap; padding-right: 16px;}
.nb-foot {font-size: 13px; opacity: .8; border-top: 1px solid rgba(120,130,145,.35); padding-top: 8px; margin-top: 8px;}
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] {padding-left: 1rem; padding-right: 1rem;}
  .stButton button, .stDownloadButton button, [data-testid="stButtonGroup"] button, [data-testid="stSelectbox"] button,
  [data-testid="stExpandSidebarButton"],
  [data-testid="stSidebarCollapseButton"] button, [data-testid="stSidebarNavLink"] {min-height: 44px; min-width: 44px;}
  .nb-list.wide thead {display: none;}
  .nb-list.wide tr {display: block; padding: 6px 0; border-bottom: 1px solid rgba(120,130,145,.45);}
  .nb-list.wide td {display: block; border: 0; padding: 0; text-align: left !important; white-space: normal !important;}
  .nb-list.wide td::before {content: attr(data-label) "："; opacity: .75;}
}
@media print {
  [data-testid="stSidebar"], [data-testid="stHeader"], .stButton, .stDownloadButton {display: none !important;}
  [data-testid="stVerticalBlockBorderWrapper"], .st-key-card {break-inside: avoid;}
}
</style>
"""

# Words that Streamlit itself writes into menus, dialogs and labels for screen readers.
_WORDS = {
    "No results": "没有符合的选项",
    "No options to select": "没有可选的项",
    "Connection error": "连接中断",
    "Connecting...": "正在连接……",
    "Skip to main content": "跳到正文",
    "Close": "关闭",
    "Open sidebar": "打开侧栏",
    "Close sidebar": "收起侧栏",
    "Page not found": "没有这个页面",
}

_SCRIPT = """
<script>
(() => {
  document.documentElement.lang = "zh-CN";
  if (window.nianbaoWords) return;
  const words = window.nianbaoWords = WORDS;
  const mend = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const text = node.nodeValue.trim(), count = text.match(/^(\\d+) options? available\\.$/);
      if (count) node.nodeValue = `有 ${count[1]} 个选项。`;
      else if (words[text]) node.nodeValue = words[text];
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    for (const name of ["aria-label", "title", "placeholder"]) {
      const word = words[node.getAttribute(name)];
      if (word) node.setAttribute(name, word);
    }
    if (node.childElementCount < 200) node.childNodes.forEach(mend);
  };
  new MutationObserver((changes) => {
    if (document.documentElement.lang !== "zh-CN") document.documentElement.lang = "zh-CN";
    for (const change of changes) change.addedNodes.forEach(mend);
  }).observe(document.body, {childList: true, subtree: true});
  mend(document.body);
})();
</script>
"""


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours a chart asks for by purpose; `is_dark` picks the ground and ink of a value state."""

    is_dark: bool
    ink: str
    faint: str
    ground: str
    rule: str
    series: tuple[str, ...]
    ramp: tuple[str, ...]


_LIGHT = Palette(
    False, "#1B2430", "#3D4653", "#FFFFFF", "#D5DCE5",
    ("#12436D", "#28A197", "#801650", "#F46A25", "#A285D1", "#3D6E96"),
    ("#EDF3F9", "#DCE9F5", "#CADDF0", "#B3CEE9", "#99BCE0", "#7DAAD8", "#5B97D0", "#457FB5", "#316A9B", "#12436D"),
)  # fmt: skip
_DARK = Palette(
    True, "#E6EAF0", "#D5DAE1", "#12181F", "#36424F",
    ("#7FB2E5", "#5FD0C5", "#E58AB8", "#FF9A5C", "#C9B3EC", "#A9CDF0"),
    ("#1E3347", "#24435F", "#2A5072", "#305D86", "#376C9C", "#3F7FBF", "#5A93CC", "#76A8DA", "#8FBBE6", "#BFE0FF"),
)  # fmt: skip


def palette() -> Palette:
    """The colours of the theme the reader's browser shows now."""
    return _DARK if st.context.theme.type == "dark" else _LIGHT


def apply() -> None:
    """Put the patches on this page; called once by the frame on every rerun."""
    st.html(_CSS)
    st.html(_SCRIPT.replace("WORDS", json.dumps(_WORDS, ensure_ascii=False)), unsafe_allow_javascript=True)
