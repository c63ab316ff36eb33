"""Whom to remind of a report that has not come, and in which words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from etl.publish.letters import Sender, in_words
from etl.units import RegisterError, Unit, register_rows

CONTACT_COLUMNS = ("unit_id", "contact", "phone")


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ring up. Both may be ''."""

    contact: str
    phone: str


@dataclass(frozen=True, slots=True)
class Reminder:
    """One unit that has not filed, and a message for it."""

    unit_id: str
    unit: str
    contact: str
    phone: str
    due_on: date | None
    text: str


def load_contacts(path: Path, units: Sequence[Unit]) -> dict[str, Contact]:
    """By unit_id; {} when there is no file. A unit may be written by its id, its name or an alias.

    Raises RegisterError on a file or a line that cannot be used, OSError where it cannot be opened.
    """
    names = {name: unit.unit_id for unit in reversed(units) for name in (*unit.aliases, unit.name, unit.unit_id)}
    contacts = {}
    for line, row in register_rows(path, CONTACT_COLUMNS):
        unit = row["unit_id"]
        if unit not in names:
            raise RegisterError(f"{path} 第{line}行：“{unit}”不在单位表里。请填单位编号或单位名称。")
        contacts[names[unit]] = Contact(row["contact"], row["phone"])
    return contacts


def reminders(
    missing: Iterable[tuple[str, str]],
    year: int,
    *,
    today: date,
    due: Mapping[str, date],
    contacts: Mapping[str, Contact],
    sender: Sender,
) -> tuple[Reminder, ...]:
    """One for each (unit_id, name) that has not filed for a year that is being collected; `due` by unit_id."""
    made = []
    for unit_id, unit in missing:
        contact, due_on = contacts.get(unit_id, Contact("", "")), due.get(unit_id)
        text = _message(unit, year, due_on, today, sender)
        made.append(Reminder(unit_id, unit, contact.contact, contact.phone, due_on, text))
    return tuple(made)


def text_for_all(wanted: Sequence[Reminder], year: int, today: date, sender: Sender) -> str:
    """One message for a group: whose report has not come, by when it is due. '' where every report is there."""
    if not wanted:
        return ""
    days = {each.due_on for each in wanted}
    due_on = days.pop() if len(days) == 1 else None
    names = "、".join(each.unit for each in wanted)
    return f"下列单位的{year}年度政府信息公开工作年度报告还没有收到：{names}。{_asked(due_on, today)}{_signed(sender)}"


def as_table(wanted: Sequence[Reminder]) -> str:
    """Unit, contact, phone, day, message, parted by tabs: pasted into Excel it is a table."""
    rows = [("单位", "联系人", "电话", "期限", "短信文字")]
    rows += [
        (each.unit, each.contact, each.phone, each.due_on.isoformat() if each.due_on else "", each.text)
        for each in wanted
    ]
    return "\n".join("\t".join(cell.replace("\t", " ") for cell in row) for row in rows)


def _message(unit: str, year: int, due_on: date | None, today: date, sender: Sender) -> str:
    """Short enough for a text message, and without blame: what has not come may have been sent elsewhere."""
    return (
        f"{unit}：您好！你单位的{year}年度政府信息公开工作年度报告还没有收到。{_asked(due_on, today)}{_signed(sender)}"
    )


def _asked(due_on: date | None, today: date) -> str:
    if due_on is None:
        when = "请尽快发来 Word 版"
    elif due_on < today:
        when = f"报送期限是{in_words(due_on)}，请尽快发来 Word 版"
    elif due_on == today:
        when = "今天是报送期限，请发来 Word 版"
    else:
        when = f"请在{in_words(due_on)}前发来 Word 版"
    return f"{when}；已经报送的，请告知，以便核对。谢谢！"


def _signed(sender: Sender) -> str:
    who = " ".join(part for part in (sender.office, sender.contact, sender.phone) if part)
    return f"（{who}）" if who else ""
