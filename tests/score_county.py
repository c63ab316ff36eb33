"""Five units of one year whose reports are written out here, so that their scores can be worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from etl.build import build
from etl.ledger import Kind, Ledger, score_subject
from etl.paths import County
from etl.score.load import EXAMPLES
from etl.warehouse.finalise import finalise
from tests.check_cases import Case, report

REGISTER = """unit_id,code,name,aliases,kind,group,valid_from,valid_to,merged_into,due
zero,,青禾县松堡镇人民政府,松堡镇,town,乡镇街道,,,,是
busy,,青禾县人民政府办公室,青禾县政府办,office,县直部门,,,,是
late,,青禾县柏河乡人民政府,柏河乡,township,乡镇街道,,,,是
broken,,青禾县槐岭镇人民政府,槐岭镇,town,乡镇街道,,,,是
missing,,青禾县榆湾街道办事处,榆湾街道,subdistrict,乡镇街道,,,,是
"""
YEARS = "year,collected,note\n2024,是,已收齐\n"


@dataclass(frozen=True, slots=True)
class Written:
    name: str
    alias: str
    kind: str
    changes: Mapping[str, Any]


REPORTS: Mapping[str, Written] = {
    "zero": Written("青禾县松堡镇人民政府", "松堡镇", "town", {
        "published": "2025-01-16",
        "overview": [
            "（一）主动公开",
            "全年主动公开政府信息120条，其中政府网站80条，微信公众号40条，内容以惠农补贴、低保名册和防汛通知为主，村里的喇叭早晚都念，老人不上网也听得到。",
            "（二）依申请公开",
            "镇党政办设专人接收申请，电话和地址印在便民手册第一页，全年没有收到政府信息公开申请。",
            "（三）政府信息管理",
            "信息从起草到发布经过三道审核，涉及个人住址和银行账号的先隐去再张贴，底稿按月装订。",
            "（四）政府信息公开平台建设",
            "在镇政府一楼和十一个村的公开栏张贴同样的内容，网站栏目由党政办两名同志轮流维护。",
            "（五）监督保障",
            "把信息公开列入村级考核，六月请县里来人做过一次培训，年底请二十名村民代表打分评议。",
        ],
        "problems": [
            "部分村的公开栏更换不及时，张贴的内容过了期还没有撤下，字号也偏小，老人看不清楚。",
            "下一步由包村干部每月巡查一次，改用大字版，并把巡查结果登记在册。",
        ],
    }),
    "busy": Written("青禾县人民政府办公室", "青禾县政府办", "office", {
        "published": "2025-01-20",
        "requests_counts": {"new": 20, "in": 0, "out": 6},
        "cells": {
            "requests/granted/natural_person": 1, "requests/granted/total": 1,
            "requests/notproc_petition_complaint/natural_person": 8, "requests/notproc_petition_complaint/total": 8,
            "requests/other_misc/natural_person": 5, "requests/other_misc/total": 5,
            "disputes/reconsideration/upheld": 1, "disputes/reconsideration/overturned": 2, "disputes/reconsideration/total": 3,
            "proactive/normative_documents/issued": 2, "proactive/normative_documents/in_force": 25,
        },
        "overview": [
            "（一）主动公开",
            "主动公开政府信息193条，其中政府网站150条，微信公众号43条，发布政策解读12条，重点围绕营商环境和重大项目，常务会议的决定都附了图解。",
            "（二）依申请公开",
            "全年收到申请20件，均按时答复，疑难事项请司法局一同会商，答复文书统一编号、统一归档。",
            "（三）政府信息管理",
            "组织各部门集中清理以县政府名义印发的文件，目录在网站上随时更新，失去效力的标明日期。",
            "（四）政府信息公开平台建设",
            "县政府网站完成适老化改造，检索功能可以按文号、日期和主题查找，全年没有发生断更。",
            "（五）监督保障",
            "按季度通报各单位的公开情况，把结果纳入绩效考核，对两家拖延的单位作了责任追究并抄送纪委。",
        ],
        "problems": [
            "个别部门提供材料不够及时，办公室催办三次以上的有五件，影响了后面的会商时间。",
            "今后把会商时限写进流程，逾期由分管领导约谈，每季度公布一次排名。",
        ],
    }),
    "late": Written("青禾县柏河乡人民政府", "柏河乡", "township", {
        "published": "2025-02-05",
        "signed": "2025年1月24日",
        "overview": [
            "（一）主动公开",
            "通过政府网站发布信息15条，微信公众号推送45条，赶集日在集市口摆出展板，讲解医保缴费、退耕补助和森林防火。",
            "（二）依申请公开",
            "没有人提出政府信息公开申请，窗口人员按要求背熟了流程，备好了登记表和格式文本。",
            "（三）政府信息管理",
            "党委会研究过的事项，先看能不能公开再看怎样公开，不能公开的写明理由交主要领导签字。",
            "（四）政府信息公开平台建设",
            "新添一块电子屏，放在卫生院门口，循环播放办事指南，夜里九点后自动关闭以节约用电。",
            "（五）监督保障",
            "乡纪委每半年抽查一回，抽到的问题当场交办，并作为评先评优的依据，村民可以打电话举报。",
        ],
        "problems": [
            "人手少，一名干事身兼四职，忙时更新不及时，最长的一次间隔了四十多天。",
            "下一步增加一名大学生村官协助，完善每周五更新的制度，乡长月底检查。",
        ],
    }),
    "broken": Written("青禾县槐岭镇人民政府", "槐岭镇", "town", {
        "published": "2025-01-31",
        "requests_counts": {"new": 3, "in": 0, "out": 1},
        "cells": {
            "requests/granted/natural_person": 1, "requests/granted/total": 1,
            "requests/total_processed/natural_person": 1, "requests/total_processed/total": 1,
            "disputes/reconsideration/upheld": 1, "disputes/reconsideration/total": 2,
            "proactive/admin_fees/amount_wan": "",
        },
        "overview": [
            "（一）主动公开",
            "全年主动公开政府信息66条，其中政府网站26条，微信公众号40条，以项目招标、征地补偿和学校招生三类最多，另外编印明白纸两千份。",
            "（二）依申请公开",
            "收到申请3件，都由司法所把关，申请人两位是外出务工者，用邮寄方式送达，回执收齐后归档。",
            "（三）政府信息管理",
            "起草文件时一并标注公开与否，每季度回头看一遍，把过时的挪到历史栏目里并注明。",
            "（四）政府信息公开平台建设",
            "镇里的微信公众号改版，增设搜索框和留言区，留言当天有人回，网站链接逐条试过。",
            "（五）监督保障",
            "镇人大代表视察了两次公开栏，提出的七条意见都已落实，并在全镇干部会上作了培训。",
        ],
        "problems": [
            "公开的内容偏重结果，过程说得不够，有群众反映看不懂征地款的算法。",
            "下一步在公示时附上计算过程和一个例子，请村民小组长先看过再张贴。",
        ],
    }),
}  # fmt: skip


def county(root: Path) -> County:
    """The folder with its reports, its register, and no rubric."""
    held = County(root)
    folder = held.raw / "2024"
    folder.mkdir(parents=True)
    for each in REPORTS.values():
        case = Case("", "", False, "", {"kind": each.kind, **each.changes})
        (folder / f"{each.alias}2024年年报.txt").write_text(report(case, each.name, each.alias), encoding="utf-8")
    held.units.write_text(REGISTER, encoding="utf-8")
    held.years.write_text(YEARS, encoding="utf-8")
    return held


SECRET = "核对过三份会议记录"  # stands in the words of a reason of the unfinished year of `half_final`


def half_final(root: Path) -> County:
    """2024 is finalised, 2025 is scored and is not; both have scores that a person gave."""
    held = county(root)
    text = (EXAMPLES / "annual_report.yaml").read_text(encoding="utf-8")
    held.rubrics.mkdir()
    (held.rubrics / "2024.yaml").write_text(text, encoding="utf-8")
    (held.rubrics / "2025.yaml").write_text(text.replace("year: 2024", "year: 2025"), encoding="utf-8")
    held.years.write_text("year,collected,note\n2024,是,\n2025,是,\n", encoding="utf-8")
    folder = held.raw / "2025"
    folder.mkdir()
    for path in sorted((held.raw / "2024").iterdir()):
        later = path.read_text(encoding="utf-8").replace("2025", "2026").replace("2024", "2025")
        (folder / path.name.replace("2024", "2025")).write_text(later, encoding="utf-8")
    ledger = Ledger(held.ledger)
    for year, why in ((2024, "看过附件"), (2025, SECRET)):
        said = {"points": "1.5", "evidence": "附件"}
        ledger.record(Kind.SCORE, score_subject("busy", year, "C3"), said, who="李经办", why=why)
    build(held)
    finalise(held, 2024, who="孙主任", why="议定")
    build(held)
    return held
