"""Sentences that look wrong and are right: `kinds`, where they stand, what they say, and which reports can say so.

Each goes into one report. Braces are filled from the report: {year} {last} {next} {neighbour} {new} {in} {out} {done}
{sum} {disputes}.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from etl.sample.document import Draft
from etl.sample.plant import added, resaid, said, telling
from tests.planting.scene import Odd, Stage, retold, without, words_of

Fits = Callable[[Draft, Stage], bool]


class Say(NamedTuple):
    kinds: tuple[int, ...]
    aspect: str
    text: str
    fits: Fits = lambda draft, stage: True


def _count(row: str) -> Callable[[Stage], int]:
    return lambda stage: int(stage.figures.cells[f"requests/{row}/total"])


NEW, IN, OUT, DONE = (_count(row) for row in ("new_received", "carried_in", "carried_out", "total_processed"))


def _none(draft: Draft, stage: Stage) -> bool:
    return not NEW(stage) and not IN(stage)


def _some(draft: Draft, stage: Stage) -> bool:
    return NEW(stage) > 0


def _left(draft: Draft, stage: Stage) -> bool:
    return OUT(stage) > 0 and said(draft, "requests_carried_out") is not None


def _office_of_justice(draft: Draft, stage: Stage) -> bool:
    return draft.short == "县司法局"


def _since(first: int) -> Fits:
    return lambda draft, stage: draft.year >= first


SENTENCES: tuple[Say, ...] = (
    # years that are not the year of the report
    Say((37,), "proactive", "与{last}年相比，公开条数增长12.5%。"),
    Say((37,), "supervision", "{next}年，将继续加大业务培训力度。"),
    Say((37, 23), "management", "对照2007年4月5日公布、2019年4月3日修订的条例，完善内部规程。"),
    Say((37,), "management", "对2018年以来制发的文件逐件核对公开属性。"),
    Say((37,), "platform", "政务公开专区建成于2019年，设备运行正常。"),
    Say((37,), "proactive", "持续公开“十四五”规划和2035年远景目标任务的落实情况。"),
    Say((37,), "proactive", "公开{last}年度部门决算和{year}年度部门预算。"),
    Say((37, 23), "supervision", "按照青政办发〔{last}〕12号文件要求落实考核。"),
    Say((37,), "supervision", "{last}年12月启动的栏目整治于{year}年3月全部完成。"),
    Say((37,), "requests", "{next}年1月收到的申请计入下一年度。"),
    Say((37, 23), "management", "《中华人民共和国政府信息公开条例》自2008年5月1日起施行以来，档案保存完整。"),
    Say((37,), "supervision", "在{last}年度考核中获评优秀等次，经验在会上交流。"),
    Say((37, 44), "proactive", "2016年以来累计公开政府信息1.2万余条，均可在线查询。"),
    Say((37,), "platform", "截至{last}年底建成的公开栏继续使用。"),
    Say((22, 37), "platform", "网站访问数据统计至{next}年1月5日。"),
    # citations
    Say((23,), "management", "执行《政府信息公开信息处理费管理办法》（国办函〔2020〕109号）。", _since(2021)),
    Say((23,), "management", "落实国办发〔2018〕37号文件关于文件制定和监督管理的要求。"),
    Say((23,), "supervision", "学习国务院令第711号公布的条例修订内容。"),
    # other places, other names
    Say((38, 48), "supervision", "与{neighbour}联合开展政务公开日活动。"),
    Say((38, 48), "proactive", "会同{neighbour}、县司法局开展普法宣传。"),
    Say((38, 48), "supervision", "组织工作人员到{neighbour}学习公开专区建设经验。"),
    Say((38, 48), "requests", "与{neighbour}建立联合办理机制，相互协助送达答复文书。"),
    Say((38, 48), "platform", "在与{neighbour}交界的集市设立联合宣传点。"),
    Say((38,), "supervision", "按照我县统一部署开展自查。"),
    Say((38,), "supervision", "对照省、市、县三级考核指标逐项整改。"),
    Say((38,), "platform", "接受县政府办公室和县融媒体中心的指导。"),
    # nothing received, of something else
    Say((40,), "requests", "未收到通过信函方式提出的申请，均为网上提交。", _some),
    Say((40, 42), "requests", "未收到因政府信息公开提出的行政复议申请。", lambda d, s: _some(d, s) and not _disputed(s)),
    Say((40,), "requests", "未收到要求公开个人隐私的申请。", _some),
    Say((40, 41), "requests", "接到电话咨询37件次，均当场答复。", _none),
    Say((40, 41), "requests", "受理12345热线工单216件，按期办结率100%。", _none),
    Say((40, 41), "proactive", "窗口全年受理行政许可申请1204件，办理结果及时公示。", _none),
    Say((40, 41), "proactive", "办理群众来信来访43件。", _none),
    Say((41,), "proactive", "办理人大代表建议和政协提案15件，全部按期答复。", _some),
    Say((41,), "proactive", "受理不动产登记申请20680件。", _some),
    Say((41,), "requests", "解答依申请公开咨询52人次。", _some),
    Say((40,), "requests", "未收到重复申请和信访类申请。", _some),
    Say((40, 41), "requests", "受理群众咨询120件，其中依申请公开0件。", _none),
    Say((41,), "requests", "受理群众咨询120件，其中依申请公开{new}件。", _some),
    Say((41, 37), "requests", "上年收到政府信息公开申请19件，本年有所变化。", _some),
    Say((40, 37), "requests", "上年收到政府信息公开申请2件，本年度未收到。", _none),
    Say((41,), "requests", "申请人中自然人约占66.7%，其余约占33.3%。", _some),
    Say((40, 41), "requests", "发放依申请公开宣传材料30件，开展业务培训5次。", _none),
    Say((41,), "requests", "其中一季度收到申请1件。", _some),
    Say((41, 37), "requests", "近三年共收到政府信息公开申请156件，均依法答复。", _some),
    Say((40, 41), "platform", "网上依申请公开系统完成升级，测试提交申请3件。", _none),
    Say((42,), "requests", "因政府信息公开引发的行政复议0件、行政诉讼0件。", lambda d, s: not _disputed(s)),
    # reviews and suits that are not about disclosure
    Say((42,), "proactive", "因征地补偿被提起行政诉讼2件，与政府信息公开无关。", lambda d, s: not _disputed(s)),
    Say((42,), "supervision", "1件行政复议系不服行政处罚提出，与信息公开无关。", lambda d, s: not _disputed(s)),
    Say((42,), "proactive", "全年办理行政复议案件45件、行政应诉案件12件，案件信息依法公开。", _office_of_justice),
    Say((42,), "proactive", "办结各类行政复议案件38件，调解率稳步提高。", _office_of_justice),
    Say((42,), "supervision", "举办行政复议、行政诉讼知识培训2次。"),
    Say((42,), "supervision", "发放行政复议法宣传册300份。"),
    Say((42,), "supervision", "组织旁听行政诉讼案件庭审1次。"),
    Say((42,), "requests", "未发生因政府信息公开被判决败诉的案件。"),
    # documents of other kinds
    Say((43,), "proactive", "审查各单位报送的规范性文件草案12件。", _office_of_justice),
    Say((43,), "proactive", "发布规范性文件类信息80条。"),
    Say((43,), "proactive", "解读上级行政规范性文件6件。"),
    Say((43,), "management", "学习上级行政规范性文件15件。"),
    Say((43,), "management", "逐件核对历年文件146件的公开属性。"),
    Say((43,), "management", "协助县司法局征求规范性文件草案意见4次。"),
    Say((30, 43), "management", "汇编内部规章制度12项，供工作人员查阅。"),
    Say((30,), "proactive", "转发上级规章3件，并附解读。"),
    Say((30, 43), "proactive", "指导各村修订村规民约26件。"),
    # everything settled, of what was due or of something else
    Say((45,), "requests", "已到办理期限的申请均按期答复。", _left),
    Say((45,), "requests", "申请按期答复率100%。", _left),
    Say((45,), "proactive", "12345热线工单全部办结。", _left),
    Say((45,), "proactive", "人大代表建议、政协提案全部办结。", _left),
    Say((45,), "requests", "上年结转的申请全部按期办结。", lambda d, s: _left(d, s) and IN(s) > 0),
    # words that repeat and are right
    Say((47,), "management", "微信信息和短信信息统一审签，以及及时更正差错。"),
    Say((47,), "proactive", "政务公开开放日活动如期举办。"),
    Say((47,), "management", "通信信息逐条登记，做到件件有着落、事事有回音。"),
    Say((47,), "supervision", "工作作风持续改进，一步步推动信息公开走深走实……"),
    Say((47,), "platform", "栏目与目录一一对应，家家户户都能看到。"),
    Say((47,), "management", "建立“日日清、月月结”台账（见附件）。"),
    Say((37,), "supervision", "{next}年1月，本报告经集体审核后公布。"),
    Say((37,), "proactive", "2021年至{year}年连续公开惠民资金发放明细。", lambda d, s: d.year > 2021),
    # words that look like a form left unfilled
    Say((48,), "requests", "提供在线申请（申请人请填写真实姓名和联系方式），当日登记。"),
    Say((48,), "proactive", "公开办事指南（具体内容见县政府网站），方便群众查阅。"),
    Say((48,), "proactive", "部分老年群众不会上网，村干部逐户送达。"),
    Say((48,), "requests", "现场请填写《政府信息公开申请表》，由专人指导。"),
    Say((48,), "platform", "宣传展板规格为3×5米，共8块。"),
    Say((48,), "proactive", "有的地区信号较弱，采用广播播报。"),
    Say((48,), "management", "公示名单中的姓名以“张××”形式作去标识化处理。"),
    Say((48,), "platform", "自助查询终端支持AI语音导办。"),
    # parts and wholes that are not of the same thing
    Say((44,), "platform", "政务新媒体账号3个，均已备案。"),
    Say((3,), "supervision", "成立由五个股室组成的工作专班。"),
    Say((8,), "supervision", "上一年项目数量和处理决定数量的统计口径已作说明。"),
    Say((16,), "platform", "制作图片、图表解读，并上传宣传视频。"),
)  # fmt: skip


def _disputed(stage: Stage) -> bool:
    return any(stage.figures.cells[f"disputes/{b}/total"] for b in ("reconsideration", "litigation_direct"))


def _odd(say: Say, number: int) -> Odd:
    def apply(draft: Draft, stage: Stage) -> Draft | None:
        if not say.fits(draft, stage) or ("{neighbour}" in say.text and not stage.neighbour):
            return None
        return added(draft, say.aspect, say.text.format(**words_of(draft, stage)))

    return Odd(say.kinds, say.text, f"{say.aspect}-{number % 3}", apply)


# ── a sentence of the report said otherwise

COUNTS: tuple[tuple[tuple[int, ...], str], ...] = (
    ((44,), "全年主动公开政府信息120条（不含微信公众号），其中政府网站112条；另通过微信公众号推送265条。"),
    ((44,), "主动公开政府信息200余条，其中政府网站126条，微信公众号91条。"),
    ((44,), "主动公开政府信息66条，其中政府网站41条，公开栏25条。"),
    ((44,), "微信公众号3个，发布信息210条；政府网站发布信息88条。"),
    ((44,), "一季度公开政府信息30条；全年公开政府信息100条，其中政府网站60条，微信公众号40条。"),
    ((44,), "主动公开政府信息150条，全部在政府网站发布。微信公众号同步推送其中96条。"),
)


def _counted(text: str) -> Callable[[Draft, Stage], Draft | None]:
    return lambda draft, stage: retold(draft, "published_", text)


def _answered(text: str, fits: Fits) -> Callable[[Draft, Stage], Draft | None]:
    """The sentence about requests received said in another way that is right as well."""

    def apply(draft: Draft, stage: Stage) -> Draft | None:
        told = said(draft, "requests_received") or said(draft, "requests_carried_in")
        if told is None or not fits(draft, stage):
            return None
        sentence = text.format(**words_of(draft, stage))
        return resaid(without(draft, "requests_carried_out"), told, sentence, telling(sentence, {}))

    return apply


def _carried(draft: Draft, stage: Stage) -> bool:
    return IN(stage) > 0


REQUESTS: tuple[tuple[tuple[int, ...], str, Fits], ...] = (
    ((41,), "全年共办理政府信息公开申请{sum}件，其中上年结转{in}件、本年新收{new}件。", _carried),
    ((41,), "全年共收到政府信息公开申请{sum}件（含上年结转{in}件）。", _carried),
    ((41,), "共受理政府信息公开申请{sum}件，已答复{done}件，结转至{next}年继续办理{out}件。", lambda d, s: OUT(s) > 0),
    ((41, 45), "收到政府信息公开申请{new}件，除{out}件尚在办理外，其余均已答复。", lambda d, s: OUT(s) > 0 and not IN(s)),
    ((41,), "收到政府信息公开申请{new}件，同比增长50%，较上年增加3件。", _some),
    ((41,), "网络提交申请1件，当面提交申请2件，信函提交申请{rest}件，共计收到政府信息公开申请{new}件。", lambda d, s: NEW(s) > 3),
    ((41,), "收到政府信息公开申请千余件。", lambda d, s: NEW(s) > 1000),
    ((41,), "{year}年，新收政府信息公开申请{new}件，答复{done}件。", _some),
    ((40,), "{year}年未收到新的政府信息公开申请，上年结转的{in}件已办结。", lambda d, s: not NEW(s) and IN(s) > 0 and not OUT(s)),
    ((40,), "本年度新收政府信息公开申请0件，上年结转{in}件。", lambda d, s: not NEW(s) and IN(s) > 0),
    ((40, 41), "依申请公开工作有序开展，未接到申请。", _none),
    ((40, 41), "零申请。", _none),
    ((45,), "所有申请全部办结。", lambda d, s: _some(d, s) and not OUT(s)),
    ((45,), "收到的{new}件申请均已办结，办结率100%。", lambda d, s: _some(d, s) and not OUT(s) and not IN(s)),
)  # fmt: skip


def _one_review(draft: Draft, stage: Stage) -> Draft | None:
    told = said(draft, "reconsideration_total")
    cells = stage.figures.cells
    suits = cells["disputes/litigation_direct/total"] + cells["disputes/litigation_after_reconsideration/total"]
    if told is None or not told.value or suits:
        return None
    sentence = f"因政府信息公开发生行政复议{told.value}件，未发生行政诉讼。"
    return resaid(draft, told, sentence, ())


def odds() -> tuple[Odd, ...]:
    """All of them, those that few reports can carry first."""
    few = [_odd(say, n) for n, say in enumerate(SENTENCES) if say.fits is _office_of_justice]
    rest = [_odd(say, n) for n, say in enumerate(SENTENCES) if say.fits is not _office_of_justice]
    return (
        *few,
        *(Odd(kinds, text, "requests", _answered(text, fits)) for kinds, text, fits in REQUESTS),
        *(Odd(kinds, text, "counts", _counted(text)) for kinds, text in COUNTS),
        Odd((42,), "复议有、诉讼无", "disputes", _one_review, count=2),
        *rest,
    )
