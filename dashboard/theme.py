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
[data-testid="stSidebarNavLink"] {min-height: 30px; padding-top: 2px; padding-bottom: 2px;}
[data-testid="stSidebarNav"] li, [data-testid="stSidebarNavItems"] li {margin: 0;}
[data-testid="stSidebarHeader"] {height: 2.5rem; min-height: 0; padding-top: 0; padding-bottom: 0; margin-bottom: 0;}
[data-testid="stCaptionContainer"] {color: inherit; opacity: .82;}
.stButton button, .stDownloadButton button, [data-testid="stButtonGroup"] button {min-height: 36px;}
.nb-sample {display: inline-block; padding: 1px 10px; border: 1px solid #8A5A00; border-radius: 4px;
  background: #FFF3D6; color: #5C3B00; font-size: 14px; font-weight: 600;}
.nb-title {font-size: 17px; font-weight: 600; line-height: 1.5; margin: 0;}
[data-testid^="stBaseButton-primary"]:not(:disabled) {color: var(--nb-on-primary);}
[data-testid="stBaseButton-tertiary"] {color: var(--st-link-color, inherit); text-decoration: underline;
  text-underline-offset: 3px;}
.nb-badge {display: inline-block; padding: 0 6px; border: 1px dashed currentColor; border-radius: 4px;
  margin-left: 6px; font-weight: 400; font-size: 13px; opacity: .85;}
.nb-legend {display: flex; flex-wrap: wrap; gap: 4px 14px; font-size: 14px; margin: 0;}
.nb-legend span.swatch {display: inline-block; min-width: 30px; padding: 0 6px; margin-right: 5px; text-align: center;
  border: 1px solid rgba(120,130,145,.45); border-radius: 3px; font-size: 13px;}
.nb-link {display: inline-block; padding: 9px 12px 9px 0; line-height: 26px;}
.nb-list {width: 100%; border-collapse: collapse; font-size: 14px;}
.nb-list th, .nb-list td {text-align: left; padding: 4px 10px 4px 0; vertical-align: top;
  border-bottom: 1px solid rgba(120,130,145,.3); overflow-wrap: anywhere;}
.nb-list th {font-weight: 600; white-space: nowrap;}
.nb-list td[data-label="现有年报"] {word-break: keep-all;}
.nb-list td.short {white-space: nowrap; overflow-wrap: normal;}
.st-key-hand-in-list .nb-list td:nth-child(-n+2) {min-width: 13em;}
.st-key-finding-detail .nb-list td:first-child {white-space: nowrap;}
.nb-list td.number {text-align: right; white-space: nowrap; padding-right: 16px;}
.nb-flags {display: grid; grid-template-columns: repeat(auto-fit, minmax(260px, 1fr)); gap: 10px;}
.nb-flag {border: 1px solid rgba(120,130,145,.4); border-left: 5px solid var(--nb-must); border-radius: 4px;
  padding: 8px 12px; display: flex; flex-direction: column; gap: 2px; overflow-wrap: anywhere; line-height: 1.5;}
.nb-flag b {color: var(--nb-must);}
.nb-flag small {font-size: 13px; opacity: .85;}
.nb-clear, .nb-unsure {border-radius: 4px; padding: 8px 12px; font-weight: 600;}
.nb-clear {background: var(--nb-good-ground); color: var(--nb-good-ink);}
.nb-unsure {background: var(--nb-doubt-ground); color: var(--nb-doubt-ink);}
.nb-sum {font-size: 20px;}
.nb-bar {display: flex; gap: 2px; border-radius: 4px; overflow: hidden; font-size: 14px;}
.nb-bar span {padding: 5px 8px; min-width: 5.2em; text-align: center; white-space: nowrap; overflow: hidden;}
.part-passed, .tile-complete {background: var(--nb-good-ground); color: var(--nb-good-ink);}
.part-must, .tile-must {background: var(--nb-must-ground); color: var(--nb-must-ink);}
.part-doubtful, .part-unclaimed, .tile-verify, .tile-partial, .tile-unclaimed {background: var(--nb-doubt-ground); color: var(--nb-doubt-ink);}
.part-unclaimed {text-decoration: underline dotted;}
.part-missing, .tile-unread {background: var(--nb-gone-ground); color: var(--nb-gone-ink);}
.part-awaited, .tile-waiting {background: transparent; border: 1px dashed rgba(120,130,145,.7);}
.tile-reading {background: var(--nb-busy-ground); color: var(--nb-busy-ink);}
.nb-progress {display: grid; grid-template-columns: repeat(auto-fill, minmax(132px, 1fr)); gap: 4px;}
.nb-progress span {padding: 3px 8px; border-radius: 3px; font-size: 13px; overflow: hidden; text-overflow: ellipsis;
  white-space: nowrap; min-height: 26px; box-sizing: border-box;}
.nb-paper {overflow-x: auto; margin: 2px 0;}
.nb-paper table {border-collapse: collapse; font-size: 13px; width: 100%; line-height: 1.4;}
.nb-paper caption {caption-side: top; font-weight: 600; padding: 4px 0; text-align: center;}
.nb-paper th, .nb-paper td {border: 1px solid rgba(120,130,145,.65); padding: 3px 5px; text-align: center;
  min-width: 2.6em;}
.nb-paper th {font-weight: 400; background: rgba(120,130,145,.1);}
.nb-paper th[scope=row] {text-align: left; min-width: 8em;}
.nb-paper th.group {min-width: 3.2em;}
.nb-paper th.tall {writing-mode: vertical-rl; min-width: 1.6em; width: 1.6em; letter-spacing: .15em;}
.nb-column {font-size: 17px; font-weight: 600; margin: 0; padding: 4px 0; border-bottom: 3px solid var(--nb-busy-ink);}
.nb-column span {float: right; font-variant-numeric: tabular-nums;}
[data-testid="stCode"] code, [data-testid="stCode"] code span {font-family: inherit !important; font-size: 15px;}
.nb-case {font-size: 14px; line-height: 1.55;}
.nb-case b {color: var(--nb-must);}
[class*="st-key-case-"] .nb-list thead {display: none;}
[class*="st-key-case-"] .nb-list tr {display: block; padding: 6px 0; border-bottom: 1px solid rgba(120,130,145,.45);}
[class*="st-key-case-"] .nb-list td {display: block; border: 0; padding: 0;}
[class*="st-key-case-"] .nb-list td::before {content: attr(data-label) "："; opacity: .75;}
.nb-told {margin: 0; line-height: 1.65;}
.level-must_fix {color: var(--nb-must);} .level-verify {color: var(--nb-verify);} .level-notice {color: var(--nb-notice);}
.st-key-finding-detail {scroll-margin-top: 70px;}
.nb-paper i, .nb-passage i {opacity: .7; font-style: normal;}
.nb-paper small {display: block; font-size: 11px; line-height: 1.2; white-space: nowrap;}
.nb-fault {background: #FFF3A3 !important; color: #5C0F0A !important; outline: 3px solid #C8102E; outline-offset: -3px;
  font-weight: 600;}
.nb-operand {outline: 2px dashed var(--nb-busy-ink); outline-offset: -2px;}
.nb-key {font-size: 13px; margin: 4px 0 8px;}
.nb-key span {padding: 2px 8px;}
.nb-passage {font-size: 15px; line-height: 1.8; border-left: 3px solid rgba(120,130,145,.5); padding: 2px 10px;
  overflow-wrap: anywhere; max-height: 420px; overflow-y: auto;}
.nb-passage mark {background: #FFF3A3; color: #3D1500; padding: 0 1px;}
[data-testid="stColumn"]:has(.st-key-finding-detail) {position: sticky; top: 3.5rem; align-self: flex-start;
  max-height: calc(100vh - 4.5rem); overflow-y: auto;}
[data-testid="stFileUploaderDropzone"] {min-height: 96px; align-items: center;}
.nb-foot {font-size: 13px; opacity: .8; border-top: 1px solid rgba(120,130,145,.35); padding-top: 8px; margin-top: 8px;}
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] {padding-left: 1rem; padding-right: 1rem;}
  .stButton button, .stDownloadButton button, [data-testid="stButtonGroup"] button, [data-testid="stSelectbox"] button,
  [data-testid="stExpandSidebarButton"],
  [data-testid="stSidebarCollapseButton"] button, [data-testid="stSidebarNavLink"] {min-height: 44px; min-width: 44px;}
  [data-testid="stFileUploader"] button, [data-testid="stPopover"] button, [data-testid="stFormSubmitButton"] button,
  [data-testid="stPills"] button, [data-testid="stCode"] button {min-height: 44px; min-width: 44px;}
  [data-testid="stColumn"]:has(.st-key-finding-detail) {position: static; max-height: none;}
  .nb-bar {flex-wrap: wrap;}
  .nb-paper th[scope=row] {position: sticky; left: 0; z-index: 1; background: var(--nb-paper); min-width: 6.5em;
    max-width: 8em;}
  .nb-list.wide thead {display: none;}
  .nb-list.wide tr {display: block; padding: 6px 0; border-bottom: 1px solid rgba(120,130,145,.45);}
  .nb-list.wide td {display: block; border: 0; padding: 0; text-align: left !important; white-space: normal !important;}
  .nb-list.wide td.short {display: inline-block; margin-right: 1em;}
  .nb-list.wide td:empty {display: none;}
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
    "Collapse sidebar": "收起侧栏",
    "Sidebar": "侧栏",
    "App pages": "页面",
    "Choose an option": "请选择",
    "Page not found": "没有这个页面",
    "Upload": "选择文件",
    "Uploading...": "正在上传……",
    "Add files": "添加文件",
    "Drag and drop files here": "松开鼠标，放在这里",
    "Drag and drop a file here": "松开鼠标，放在这里",
    "Clear value": "清除",
    "Clear all": "全部清除",
    "Open": "展开",
    "Copy to clipboard": "复制",
    "Copied": "已复制",
    "Select all": "全选",
    "Press Enter to apply": "按回车键确定",
    "Press Enter to submit form": "按回车键提交",
    "Press Ctrl+Enter to apply": "按 Ctrl 加回车键确定",
    "Press Ctrl+Enter to submit form": "按 Ctrl 加回车键提交",
    "Press ⌘+Enter to apply": "按 ⌘ 加回车键确定",
}
# The same with something of the reader's in the middle: pattern, replacement.
_PHRASES = (
    (r"^(\d+) options? available\.$", "有 $1 个选项。"),
    (r"^(\S+) per file$", "每份不超过 $1"),
    (r"^Remove (.+)$", "移去 $1"),
    (r"^Help for (.+)$", "“$1”的说明"),
)

_SCRIPT = """
<script>
(() => {
  document.documentElement.lang = "zh-CN";
  if (window.nianbaoWords) return;
  const words = window.nianbaoWords = WORDS;
  const phrases = PHRASES.map(([pattern, word]) => [new RegExp(pattern), word]);
  const names = ["aria-label", "title", "placeholder"];
  const chinese = (text) => {
    if (!text) return null;
    if (words[text]) return words[text];
    for (const [pattern, word] of phrases) if (pattern.test(text)) return text.replace(pattern, word);
    return null;
  };
  const mend = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const word = chinese(node.nodeValue.trim());
      if (word) node.nodeValue = word;
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    for (const name of names) {
      const word = chinese(node.getAttribute(name));
      if (word) node.setAttribute(name, word);
    }
    if (node.childElementCount < 200) node.childNodes.forEach(mend);
  };
  const show = (node) => {  // a marked cell at the right of a wide table comes into view
    const fault = node.querySelector?.(".nb-paper .nb-fault"), paper = fault?.closest(".nb-paper");
    if (paper) paper.scrollLeft = Math.max(0, fault.offsetLeft + fault.offsetWidth - paper.clientWidth + 8);
  };
  new MutationObserver((changes) => {
    if (document.documentElement.lang !== "zh-CN") document.documentElement.lang = "zh-CN";
    for (const change of changes) {
      if (change.type === "childList") change.addedNodes.forEach((node) => { mend(node); show(node); });
      else mend(change.target);
    }
  }).observe(document.body, {
    childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: names,
  });
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


# Colours that a style names: light, dark. Ground and ink of a pair are read together at 4.5:1 or better.
_NAMED = {
    "must": ("#B3261E", "#FF8A80"), "verify": ("#8A5A00", "#FFD166"), "notice": ("#3D4653", "#D5DAE1"),
    "good-ground": ("#DDF0E3", "#173B25"), "good-ink": ("#1E6B3A", "#A8E6BC"),
    "must-ground": ("#FBE0DD", "#4F1B17"), "must-ink": ("#8C1D18", "#FFB4AB"),
    "doubt-ground": ("#FFDF9E", "#6B4B0C"), "doubt-ink": ("#5C3B00", "#FFE3A8"),
    "gone-ground": ("#C9CFD7", "#4A5563"), "gone-ink": ("#1B2430", "#F2F4F7"),
    "on-primary": ("#FFFFFF", "#10161D"),
    "paper": ("#F1F3F6", "#1F2832"),
    "busy-ground": ("#DCE9F5", "#24435F"), "busy-ink": ("#12436D", "#BFE0FF"),
}  # fmt: skip


def palette() -> Palette:
    """The colours of the theme the reader's browser shows now."""
    return _DARK if st.context.theme.type == "dark" else _LIGHT


def apply() -> None:
    """Put the patches on this page; called once by the frame on every rerun."""
    st.html(_CSS)
    colours = "".join(f"--nb-{name}: {pair[palette().is_dark]};" for name, pair in _NAMED.items())
    st.html(f"<style>:root {{{colours}}}</style>")
    script = _SCRIPT.replace("WORDS", json.dumps(_WORDS, ensure_ascii=False))
    st.html(script.replace("PHRASES", json.dumps(_PHRASES, ensure_ascii=False)), unsafe_allow_javascript=True)
