"""The small files beside the reports: years, events, the county's own card, and the word that all of it is invented."""

from __future__ import annotations

from importlib import resources

from etl.sample.units import COUNTY, Unit

_FIRST_SCORED = 2021  # the year from which on the form is the one that the examples look at


def years_csv(years: tuple[int, ...]) -> str:
    """Every year collected, but for the last of several: its reports are still coming in."""
    lines = ["year,collected,note"]
    for year in years:
        open_year = year == years[-1] and len(years) > 1
        lines.append(f"{year},否,{year}年年报正在收集" if open_year else f"{year},是,已收齐")
    return "\n".join(lines) + "\n"


def events_csv(units: tuple[Unit, ...]) -> str:
    lines = [
        "happened_on,scope,text",
        "2019-05-15,,修订后的《政府信息公开条例》施行",
        "2020-11-17,,信息处理费管理办法印发",
        "2021-09-26,,年度报告格式（国办公开办函〔2021〕30号）印发",
        "2024-01-01,,修订后的《行政复议法》施行",
        "2023-05-15,乡镇街道,乡镇街道政务公开标准目录更新（示例事件）",
        "2024-09-02,县直部门,县直部门公开栏目统一改版（示例事件）",
    ]
    for unit in units:
        if unit.former and unit.renamed_in:
            lines.append(f"{unit.renamed_in - 1}-12-20,{unit.unit_id},{unit.former}改设为{unit.short}（示例事件）")
        if unit.merged_into and unit.valid_to:
            heir = next(other for other in units if other.unit_id == unit.merged_into)
            lines.append(f"{unit.valid_to}-12-31,{unit.unit_id},{unit.short}并入{heir.short}（示例事件）")
    return "\n".join(lines[:1] + sorted(lines[1:])) + "\n"


def about(seed: int, years: tuple[int, ...]) -> str:
    return (
        f"# {COUNTY}不存在：地名、单位、数字都是虚构的。\n"
        f"name: {COUNTY}\nsample: true\nseed: {seed}\nyears: [{years[0]}, {years[-1]}]\n"
    )


def rubrics(years: tuple[int, ...]) -> dict[str, str]:
    """The example rubrics by path: the first of them issued for each of the last three years, the others beside it under
    their own names, by which nobody is scored."""
    examples = {path.name: path.read_text(encoding="utf-8") for path in (resources.files("etl") / "rubrics").iterdir()}
    default = examples.pop("annual_report.yaml")
    issued = {
        f"{year}.yaml": default.replace("\nyear: 2024\n", f"\nyear: {year}\n")
        for year in years[-3:]
        if year >= _FIRST_SCORED
    }
    return {f"rubrics/{name}": text for name, text in sorted({**examples, **issued}.items())}


def read_me(years: tuple[int, ...]) -> str:
    return (
        "示例数据，全部虚构\n\n"
        f"{COUNTY}是为演示和测试编造的县，行政区划代码 999 开头，现实中没有。\n"
        f"raw 文件夹里是 {years[0]} 至 {years[-1]} 年度的示例年报，其中约一成故意写错，供核对功能演示。\n"
        "answers.json 列出每份文件的真实数字和故意写错的地方。\n"
        "请不要把自己的年报放进这个文件夹，也不要引用这里的任何数字。\n"
    )
