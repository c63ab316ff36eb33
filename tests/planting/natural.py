"""Doubles that nobody has to put in: what true reports of quiet units print anyway and a careless check would flag."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from etl.sample.document import Draft
from etl.sample.figures import UnitYear
from etl.sample.make import Setting
from tests.planting.scene import Key, Near

_MOST = 8  # of each sort: a sort is not proved better by a hundred


def natural(
    drafts: Mapping[Key, Draft], settings: Mapping[Key, Setting], figures: Mapping[Key, UnitYear]
) -> list[Near]:
    """What stands in these reports, up to eight of each sort."""
    near: list[Near] = []
    counts: Counter[str] = Counter()
    for key, draft in drafts.items():
        last = drafts.get((key[0], key[1] - 1))
        for what, (kinds, rules, fits) in SORTS.items():
            if counts[what] < _MOST and fits(draft, last, figures[key], settings[key]):
                counts[what] += 1
                near.append(Near("", *key, kinds, what, rules))
    return near


Fits = Callable[[Draft, Draft | None, UnitYear, Setting], bool]


def _zeros(draft: Draft) -> bool:
    return draft.form == "2021" and all(text in {"0", "0.00"} for text in draft.raw.values())


SORTS: Mapping[str, tuple[tuple[int, ...], tuple[str, ...], Fits]] = {
    "试行表样用在2020年": ((8, 9, 10, 11), (), lambda d, last, f, s: d.form == "2019"),
    "试行格式的第四、第五部分标题": ((4,), (), lambda d, last, f, s: d.form == "2019"),
    "2020年报没有信息处理费一句": ((21,), (), lambda d, last, f, s: d.form == "2019"),
    "2020年报引用60号文": ((23,), (), lambda d, last, f, s: d.form == "2019" and "60号" in d.opening.text),
    "本年增减为负数或带加号": (
        (13, 14, 15), (), lambda d, last, f, s: d.form == "2019" and any(t.startswith(("-", "+")) for t in d.raw.values()),
    ),
    "采购金额带单位": ((12, 13, 14), (), lambda d, last, f, s: any(t.endswith("万元") for t in d.raw.values())),
    "收费印成0.00": ((12, 13, 14, 15), (), lambda d, last, f, s: "0.00" in d.raw.values()),
    "千分位": ((14, 15), (), lambda d, last, f, s: any("," in t for t in d.raw.values())),
    "表格全零且与上年相同": ((36, 12, 16), (), lambda d, last, f, s: _zeros(d) and last is not None and _zeros(last)),
    "没有上一年的报告": ((33, 34, 35, 36, 39), ("X-03", "X-06"), lambda d, last, f, s: last is None and d.year > 2019),
    "由乡改镇": ((5, 33, 34, 35, 38, 48), (), lambda d, last, f, s: d.unit.renamed_in is not None),
    "并入别的镇的一年": ((1, 33, 35), (), lambda d, last, f, s: d.unit.valid_to is not None),
    "换了表样的一年": ((33, 34, 35, 36, 39), ("X-06",), lambda d, last, f, s: d.year == 2021 and last is not None),
    "试行表样两年衔接": ((33,), ("X-06",), lambda d, last, f, s: d.year == 2020 and last is not None),
    "网页里另有图片和版面表格": ((10, 16), (), lambda d, last, f, s: s.layout == "nested_html" and d.form == "2021"),
    "全县报告是各单位之和": ((32, 39), ("A-01",), lambda d, last, f, s: d.kind == "area" and d.form == "2021"),
    "标题折成两行": ((5,), (), lambda d, last, f, s: d.style.folded_title),
    "标签里有空格": ((9,), (), lambda d, last, f, s: d.style.spaced_labels and d.form == "2021"),
    "结转在四分之一以内": (
        (33, 45), ("R-25",),
        lambda d, last, f, s: d.form == "2021"
        and 0 < f.cells["requests/carried_out/total"] * 4 <= f.cells["requests/new_received/total"] + f.cells["requests/carried_in/total"],
    ),
    "申请多而收信息处理费": (
        (46,), ("F-10", "F-11"),
        lambda d, last, f, s: f.told.get("info_fee_yuan", 0) > 0 and f.cells["requests/new_received/total"] > 10,
    ),
    "结转到下一年，下一年照接": (
        (24, 33, 34), (), lambda d, last, f, s: last is not None and f.cells["requests/carried_in/total"] > 0,
    ),
    "县局收费百万元以上": ((32,), (), lambda d, last, f, s: f.cells["proactive/admin_fees/amount_wan"] > 100),
}  # fmt: skip
