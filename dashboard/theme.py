"""Every patch of Streamlit's own looks and words, and the colours of the charts. Nothing else touches its DOM.

Streamlit writes its own words in English and sets `lang` to en; both are put right here and held by tests/e2e.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import streamlit as st

from dashboard import modes

_FRONT = Path(__file__).with_name("front")
_CSS = (_FRONT / "style.css").read_text(encoding="utf-8")
_SCRIPTS = tuple(
    (_FRONT / f"{name}.js").read_text(encoding="utf-8")
    for name in ("words", "images", "links", "screens", "access", "scoring", "reveal")
)

# Words that Streamlit itself writes into menus, dialogs and labels for screen readers.
_WORDS = {
    "No results": "没有符合的选项",
    "No options to select": "没有可选的项",
    "Connection error": "连接中断",
    "Connecting...": "正在连接……",
    "Skip to main content": "跳到正文",
    "Help": "说明",
    "Close": "关闭",
    "Open sidebar": "打开侧栏",
    "Close sidebar": "收起侧栏",
    "Collapse sidebar": "收起侧栏",
    "Sidebar": "侧栏",
    "App pages": "页面",
    "Choose an option": "请选择",
    "Page not found": "没有这个页面",
    "Upload": "选择文件",
    "file upload": "选择文件",
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
    ("#EDF3F9", "#DCE9F5", "#CADDF0", "#B3CEE9", "#99BCE0", "#7DAAD8", "#5B97D0", "#3E76AB", "#316A9B", "#12436D"),
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
    "on-primary": ("#FFFFFF", "#10161D"), "link": ("#1F4E8C", "#7FB2E5"),
    "event": ("#B04A12", "#FF9A5C"),
    "ground": ("#FFFFFF", "#12181F"), "paper": ("#F1F3F6", "#1F2832"),
    "busy-ground": ("#DCE9F5", "#24435F"), "busy-ink": ("#12436D", "#BFE0FF"),
}  # fmt: skip


def palette() -> Palette:
    """The colours of the theme the reader's browser shows now; paper is always white."""
    return _DARK if st.context.theme.type == "dark" and not modes.is_print() else _LIGHT


def apply() -> None:
    """Put the patches on this page; called once by the frame on every rerun."""
    colours = "".join(f"--nb-{name}: {pair[palette().is_dark]};" for name, pair in _NAMED.items())
    st.html(f"<style>{_CSS}</style>")
    st.html(f"<style>:root {{{colours}}} {modes.style()}</style>")
    st.html(f"<script>{_script()}</script>", unsafe_allow_javascript=True)


@cache
def _script() -> str:
    words, *others = _SCRIPTS
    words = words.replace("WORDS", json.dumps(_WORDS, ensure_ascii=False))
    words = words.replace("PHRASES", json.dumps(_PHRASES, ensure_ascii=False))
    return "\n".join((words, *others))
