"""Who is at the desk, and the one way in which a page writes into the ledger.

Until there is a login the name is what a person says of themselves, kept for the session; behind a proxy that Streamlit
trusts (server.trustedUserHeaders) it is the proxy's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import streamlit as st

from dashboard import db, viewer
from dashboard.words import plain
from etl.ledger import Conflict, Entry, FindingDecision, Kind, Ledger, LedgerError, Origin, finding_decisions

_NAME = "desk-name"
_TOLD = "desk-told"
_PROXY_NAMES = ("name", "user", "username", "email")
NOBODY = "没有保存：还没有写经手人。请先在“经手人”一格填写您的姓名，再点一次。"


@dataclass(frozen=True, slots=True)
class Person:
    """`origin` SELF: nobody vouches for the name."""

    name: str
    origin: Origin

    @property
    def words(self) -> str:
        return f"{self.name}（{'自报' if self.origin is Origin.SELF else '由登录系统认定'}）"


@dataclass(frozen=True, slots=True)
class Told:
    """What came of the last act, shown once where it was done. `conflict` is what somebody else did in the meantime."""

    message: str
    is_done: bool
    conflict: Entry | None = None


def ledger() -> Ledger:
    return Ledger(db.county().ledger)


def decisions() -> dict[str, FindingDecision]:
    """What stands of the decisions on findings, read anew in every run."""
    return finding_decisions(ledger())


def told_subjects(year: int) -> frozenset[str]:
    """The findings, by subject, that stand in the last letter to each unit about its report of this year."""
    letters = ledger().latest(Kind.RETURNED)
    held = (entry.after for subject, entry in letters.items() if subject.endswith(f"/{year}") and entry.after)
    return frozenset(each["subject"] for after in held for each in after["findings"])


def person() -> Person | None:
    """Whoever decides in this session, None until a name is needed."""
    for key in _PROXY_NAMES:
        if name := str(_proxied().get(key) or "").strip():
            return Person(name, Origin.PROXY)
    name = st.session_state.get(_NAME, "")
    return Person(name, Origin.SELF) if name else None


def _proxied() -> Mapping[str, Any]:
    """What a trusted proxy said of the user; nothing where none is set up."""
    return st.user.to_dict() if st.get_option("server.trustedUserHeaders") else {}


def name_field(place: str, width: Literal["stretch"] | int = "stretch") -> None:
    """Ask for the name where something is to be decided and nobody gave one. Inside a form or out of one."""
    if person() is None:
        st.text_input(
            "经手人",
            key=f"name-{place}",
            placeholder="您的姓名，只问一次",
            max_chars=40,
            width=width,
        )


def take_name(place: str) -> Person | None:
    """The name as it stands once `name_field` of this place was filled in."""
    if said := " ".join(str(st.session_state.get(f"name-{place}") or "").split()):
        st.session_state[_NAME] = said
    return person()


def corner() -> None:
    """Who is at the desk, and how to change it."""
    held = person()
    if held is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="desk"):
        st.caption(f"经手人：{plain(held.words)}", width="content")
        if held.origin is Origin.SELF:
            st.button("换人", key="desk-change", type="tertiary", on_click=st.session_state.pop, args=(_NAME, None))


def record(
    place: str,
    kind: Kind,
    subject: str,
    after: Mapping[str, Any] | None,
    *,
    seen: int | None,
    why: str = "",
    done: str = "已保存。",
) -> bool:
    """Write one entry in the name of whoever is at the desk; `told(place)` shows what came of it.

    `seen` is the entry that stood on the page when the button was drawn, 0 for none, None to ask nobody.
    """
    who = _allowed(place)
    if who is None:
        return False
    try:
        ledger().record(kind, subject, after, who=who.name, who_from=who.origin, why=why, seen=seen)
    except Conflict as conflict:
        tell(place, Told(str(conflict), is_done=False, conflict=conflict.latest))
        return False
    except LedgerError as error:
        tell(place, Told(str(error), is_done=False))
        return False
    tell(place, Told(done, is_done=True))
    return True


def _allowed(place: str) -> Person | None:
    """Whoever writes; where nobody may, or nobody said who they are, None, and `told(place)` says so."""
    if viewer.is_viewer():
        tell(place, Told(viewer.REFUSED, is_done=False))
        return None
    who = take_name(place)
    if who is None:
        tell(place, Told(NOBODY, is_done=False))
    return who


@dataclass(frozen=True, slots=True)
class Said:
    """One of several entries that are saved with one click. `name` is what the page calls its subject."""

    subject: str
    after: Mapping[str, Any]
    seen: int
    name: str


def record_each(
    place: str, kind: Kind, said: Sequence[Said], words: Callable[[Mapping[str, Any]], str]
) -> frozenset[str]:
    """Write one entry for each, as `record` does, and go on where somebody else was first; the subjects that now stand
    as they were said. Who was first, and what they said (`words` of it), is told at the place."""
    who = _allowed(place)
    if who is None:
        return frozenset()
    stand, faults = set(), []
    for each in said:
        try:
            ledger().record(kind, each.subject, each.after, who=who.name, who_from=who.origin, seen=each.seen)
        except Conflict as conflict:
            latest = conflict.latest
            if latest is None or latest.after != each.after:
                faults.append(f"“{each.name}”没有保存：{_first(latest, words)}。")
                continue
        except LedgerError as error:
            faults.append(f"“{each.name}”{error}")
            continue
        stand.add(each.subject)
    if faults:
        tell(place, Told(f"{''.join(faults)}请看过最新的处理，仍要改的再保存一次。", is_done=False))
    return frozenset(stand)


def _first(latest: Entry | None, words: Callable[[Mapping[str, Any]], str]) -> str:
    if latest is None:
        return "原来的记录已不在台账里"
    return f"{latest.who} 于 {when(latest.made_at)} {words(latest.after) if latest.after else '撤回了原来的处理'}"


def tell(place: str, what: Told) -> None:
    st.session_state.setdefault(_TOLD, {})[place] = what


def told(place: str) -> Told | None:
    """What came of the last act at this place; asked once, then forgotten."""
    return st.session_state.get(_TOLD, {}).pop(place, None)


def show_told(place: str) -> None:
    """The same as a line on the page."""
    what = told(place)
    if what is not None:
        (st.success if what.is_done else st.error)(plain(what.message))


def when(made_at: str) -> str:
    """A moment of the ledger as a person reads it: 2025-01-20 09:15."""
    try:
        return f"{datetime.fromisoformat(made_at):%Y-%m-%d %H:%M}"
    except ValueError:
        return made_at
