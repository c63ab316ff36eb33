"""What the clerks write: each unit's words for each year, true to its figures."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from etl.sample.chance import Chance
from etl.sample.document import Chapter, Draft, Paragraph, Style
from etl.sample.figures import UnitYear
from etl.sample.sentences import Sentence, Template, Voice, templates
from etl.sample.units import SELF_NAMES, Unit

REGULATION = "《中华人民共和国政府信息公开条例》"
FORMATS = {
    "2021": "《中华人民共和国政府信息公开工作年度报告格式》（国办公开办函〔2021〕30号）",
    "2019": "《国务院办公厅政府信息与政务公开办公室关于政府信息公开工作年度报告有关事项的通知》（国办公开办函〔2019〕60号）",
}
PERIODS = (
    "{year}年1月1日至{year}年12月31日", "{year}年1月1日起至{year}年12月31日止", "{year}年1月1日至12月31日",
    "{year}年1月1日到{year}年12月31日", "{year}年1月1日—{year}年12月31日", "{year}年1月1日起，至{year}年12月31日止",
)  # fmt: skip
TITLES = (
    ("{name}{year}年政府信息公开工作年度报告", 9), ("{name}{year}年度政府信息公开工作年度报告", 4),
    ("{year}年{name}政府信息公开工作年度报告", 2), ("{name}{year}年政府信息公开年度报告", 2),
    ("{name}{year}年政府信息公开年报", 1), ("{name}政府信息公开工作{year}年度报告", 1),
)  # fmt: skip
TRIAL_TITLES = {
    "四": "因政府信息公开工作被申请行政复议、提起行政诉讼情况",
    "五": "政府信息公开工作存在的主要问题及改进情况",
}
HEADINGS = {
    "proactive": ("主动公开情况", "主动公开", "主动公开政府信息情况"),
    "requests": ("依申请公开情况", "依申请公开", "依申请公开政府信息情况"),
    "management": ("政府信息管理情况", "政府信息管理"),
    "platform": ("政府信息公开平台建设情况", "政府信息公开平台建设", "平台建设情况"),
    "supervision": ("监督保障情况", "监督保障"),
}
COUNT_STYLES = (
    ("total_and_parts", 6), ("total_only", 5), ("website_only", 4), ("website_wechat", 5), ("wechat_only", 1),
    ("new_media", 2), ("silent", 4),
)  # fmt: skip
ORDINALS = "一二三四五六七八九"


def form_of(year: int) -> str | None:
    """The edition in force for a report year; None before the forms."""
    return "2021" if year >= 2021 else "2019" if year >= 2019 else None


def write(unit: Unit, year: int, figures: UnitYear, seed: int) -> Draft:
    """A unit's report of a year, with nothing wrong in it."""
    name, short, kind = unit.named(year)
    form = form_of(year)
    chance = Chance(seed, unit.unit_id, year, "prose")
    voice = _voice(unit, year, (name, short, kind), figures, chance)
    style = _style(chance)
    chapters = _chapters(voice, unit, form, style) if form else _old_chapters(voice, unit)
    opening, period = _opening(voice, year, form)
    title = chance.weighted(TITLES).format(name=chance.pick((name, name, short)), year=year)
    signed_on = date(year + 1, 2, 10) if kind == "area" else date(year + 1, 1, 6)
    signed_on += timedelta(days=chance.between(0, 30 if kind == "area" else 17))
    asked = figures.of_form(form) if form else {}
    return Draft(
        unit=unit,
        year=year,
        name=name,
        short=short,
        kind=kind,
        form=form,
        title=title,
        period=period,
        opening=opening,
        chapters=chapters,
        raw={cell: printed(cell, value, style) for cell, value in asked.items()},
        signed_on=signed_on,
        published_at=signed_on + timedelta(days=chance.between(0, 4)),
        style=style,
    )


def printed(cell: str, value: Decimal, style: Style) -> str:
    """A true figure as this clerk types it."""
    if cell.endswith("/items_change") and value > 0 and style.signature != "plain":
        return f"+{value}"
    if cell == "proactive/procurement/amount_wan":
        return f"{value:f}万元"
    text = f"{value:,f}" if style.thousands and abs(value) >= 1000 else f"{value:f}"
    if cell == "proactive/admin_fees/amount_wan" and style.signature == "zeros" and text == "0":
        return "0.00"
    return text


def _style(chance: Chance) -> Style:
    return Style(
        numbering=chance.weighted((("（一）", 12), ("1.", 2), ("一是", 1))),
        half_width=chance.happens(0.25),
        spaced_numbers=chance.happens(0.12),
        thousands=chance.happens(0.08),
        spaced_labels=chance.happens(0.2),
        signature=chance.weighted((("plain", 12), ("zeros", 3), ("chinese", 1))),
        folded_title=chance.happens(0.05),
    )


def _voice(unit: Unit, year: int, names: tuple[str, str, str], figures: UnitYear, chance: Chance) -> Voice:
    name, short, kind = names
    topics = templates("topics")
    key = short.removeprefix("县") if kind == "department" else "township" if kind == "town" else kind
    chosen = [str(topic) for topic in chance.some(topics[key], 3)]
    words = {
        "unit": name, "year": str(year), "self": "本机关" if chance.happens(0.1) else SELF_NAMES[kind],
        "topic": chosen[0], "topic2": chosen[1], "topic3": chosen[2],
    }  # fmt: skip
    if kind == "office" or key == "机关事务服务局":
        words["self"] = SELF_NAMES[kind]
    cells = figures.cells

    def count(cell: str) -> int:
        return int(cells[cell])

    told = {
        **figures.told,
        "requests_received": count("requests/new_received/total"),
        "requests_carried_in": count("requests/carried_in/total"),
        "requests_carried_out": count("requests/carried_out/total"),
        "requests_processed": count("requests/total_processed/total"),
        "reconsideration_total": count("disputes/reconsideration/total"),
        "litigation_total": count("disputes/litigation_direct/total")
        + count("disputes/litigation_after_reconsideration/total"),
        "sum": count("requests/new_received/total") + count("requests/carried_in/total"),
    }
    told |= {f"normative_documents_{c}": count(f"proactive/normative_documents/{c}")
             for c in ("issued", "repealed", "in_force")}  # fmt: skip
    return Voice(words, told, cells, chance)


def _opening(voice: Voice, year: int, form: str | None) -> tuple[Paragraph, tuple[date, date] | None]:
    period = voice.chance.pick(PERIODS).format(year=year)
    citations = {"period": period, "law": REGULATION, "format": FORMATS.get(form or "", "")}
    voice = Voice({**voice.words, **citations}, voice.figures, voice.cells, voice.chance)
    stated = form is None or voice.chance.happens(0.92)
    options = templates("opening")["with_period" if stated else "without_period"]
    sentence = voice.say(options if form else templates("before_2019")["opening"])
    return Paragraph(sentence.text), (date(year, 1, 1), date(year, 12, 31)) if stated else None


def _chapters(voice: Voice, unit: Unit, form: str, style: Style) -> tuple[Chapter, ...]:
    trial = form == "2019"
    return (
        Chapter("一", "总体情况", _aspects(voice, unit)),
        Chapter("二", "主动公开政府信息情况", table="proactive"),
        Chapter("三", "收到和处理政府信息公开申请情况", table="requests"),
        Chapter("四", TRIAL_TITLES["四"] if trial else "政府信息公开行政复议、行政诉讼情况", table="disputes"),
        Chapter("五", TRIAL_TITLES["五"] if trial else "存在的主要问题及改进情况", _problems(voice)),
        Chapter("六", "其他需要报告的事项", _other(voice, trial)),
    )


def _aspects(voice: Voice, unit: Unit) -> tuple[Paragraph, ...]:
    chance = voice.chance
    said = {
        "proactive": _proactive(voice, unit),
        "requests": _requests(voice),
        "management": voice.say_some(templates("management")["lead"], chance.between(2, 4)),
        "platform": voice.say_some(_pool("platform", "lead", unit), chance.between(2, 3)),
        "supervision": _supervision(voice),
    }
    body = []
    for aspect, sentences in said.items():
        body.append(Paragraph(chance.pick(HEADINGS[aspect]), aspect=aspect, heading=True))
        body.append(_paragraph(sentences, aspect))
    return tuple(body)


def _proactive(voice: Voice, unit: Unit) -> list[Sentence]:
    chance, pool = voice.chance, templates("proactive")
    style = chance.weighted(COUNT_STYLES)
    if unit.kind == "area":
        style = "large"
    elif voice.figures["published_weibo"] and chance.happens(0.7):
        style = "with_weibo"
    sentences = [*voice.say_some(pool["lead"], chance.between(1, 2)), voice.say(pool[style])]
    if style != "silent" and chance.happens(0.5):
        sentences.append(voice.say(pool["silent"]))
    if voice.figures["normative_documents_in_force"] and chance.happens(0.7):
        sentences.append(voice.say(pool["documents"], zeros=True))
    elif not voice.figures["normative_documents_issued"] and chance.happens(0.2):
        sentences.append(voice.say(pool["documents_none"]))
    if chance.happens(0.4):
        sentences.append(voice.say(pool["interpretation"]))
    return sentences + voice.say_some(_pool("proactive", "detail", unit), chance.between(1, 3))


def _requests(voice: Voice) -> list[Sentence]:
    chance, pool, figures = voice.chance, templates("requests"), voice.figures
    method = voice.say_some(pool["method"], chance.between(0, 2))
    if not figures["sum"]:
        if chance.happens(0.07):
            return [voice.say(pool["silent"]), *method]
        sentences = [voice.say(pool["zero"]), *method]
    else:
        sentences = [voice.say(pool["carried" if figures["requests_carried_in"] else "some"], zeros=True)]
        if figures["sum"] >= 5:
            sentences.append(voice.say(pool["results"]))
        if figures["requests_carried_out"]:
            sentences.append(voice.say(pool["left"]))
        sentences += method
    if figures["reconsideration_total"] or figures["litigation_total"]:
        sentences.append(voice.say(pool["disputes_some"], zeros=True))
    elif chance.happens(0.4):
        sentences.append(voice.say(pool["disputes_none"]))
    return sentences


def _pool(name: str, group: str, unit: Unit) -> list[Template]:
    """A template group with what only townships or only departments would say."""
    pool = templates(name)
    own = "local" if unit.group == "乡镇街道" else unit.kind
    return pool[group] + pool.get(own, [])


def _supervision(voice: Voice) -> list[Sentence]:
    pool = templates("supervision")
    sentences = voice.say_some(pool["lead"], voice.chance.between(2, 4))
    if voice.chance.happens(0.45):
        sentences.append(voice.say(pool["training"]))
    return sentences


def _problems(voice: Voice) -> tuple[Paragraph, ...]:
    pool, chance = templates("problems"), voice.chance
    pairs = chance.some(pool["pairs"], chance.between(2, 4))
    problems = "".join(f"{ORDINALS[n]}是{voice.fill(pair[0]).text}。" for n, pair in enumerate(pairs))  # ty: ignore[invalid-argument-type]
    remedies = "".join(f"{ORDINALS[n]}是{voice.fill(pair[1]).text}。" for n, pair in enumerate(pairs))  # ty: ignore[invalid-argument-type]
    intro, turn = voice.say(pool["intro"]).text, voice.say(pool["turn"]).text
    if chance.happens(0.5):
        return (
            Paragraph("（一）存在问题"),
            Paragraph(intro + problems),
            Paragraph("（二）改进情况"),
            Paragraph(turn + remedies),
        )
    return (Paragraph(intro + problems), Paragraph(turn + remedies))


def _other(voice: Voice, trial: bool) -> tuple[Paragraph, ...]:
    pool, chance = templates("other"), voice.chance
    focus = voice.say_some(pool["focus"], chance.between(1, 2))
    if trial:
        return (_paragraph(focus),)
    fee = voice.say(pool["fee_some" if voice.figures["info_fee_yuan"] else "fee_none"])
    if chance.happens(0.3):
        return (_paragraph([fee]),)
    parts = [_paragraph([fee]), _paragraph(focus)]
    return tuple(parts if chance.happens(0.5) else parts[::-1])


def _old_chapters(voice: Voice, unit: Unit) -> tuple[Chapter, ...]:
    old = templates("before_2019")
    zero = not (voice.figures["reconsideration_total"] or voice.figures["litigation_total"])
    disputes = voice.say(old["disputes"]) if zero else voice.say(templates("requests")["disputes_some"], zeros=True)
    requests = [s for s in _requests(voice) if not any("_total" in told.claim for told in s.told)]
    parts: list[tuple[str, list[Sentence] | tuple[Paragraph, ...]]] = [
        ("概述", [*voice.say_some(old["overview"], 2), *_supervision(voice)]),
        ("主动公开政府信息情况", _proactive(voice, unit)),
        ("依申请公开政府信息情况", requests),
        ("政府信息公开收费及减免情况", [voice.say(old["fees"])]),
        ("因政府信息公开申请行政复议、提起行政诉讼情况", [disputes]),
        ("存在的主要问题和改进措施", _problems(voice)),
    ]
    return tuple(
        Chapter(ORDINALS[n], title, body if isinstance(body, tuple) else (_paragraph(body),))
        for n, (title, body) in enumerate(parts)
    )


def _paragraph(sentences: list[Sentence], aspect: str = "") -> Paragraph:
    return Paragraph("".join(s.text for s in sentences), tuple(told for s in sentences for told in s.told), aspect)
