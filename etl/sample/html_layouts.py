"""Web pages: bare, saved from a government site with everything around the article, nested in layout tables, from Word."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from etl.sample.blocks import Block, blocks
from etl.sample.chance import Chance
from etl.sample.document import Draft
from etl.sample.tables import Cell, Grid
from etl.sample.units import COUNTY

Frame = Callable[[Draft, str, str, Chance], str]


def html_page(draft: Draft, layout: str, charset: str, chance: Chance) -> str:
    """The whole page; `charset` is what it declares."""
    word = layout == "word_html"
    body = "\n".join(_block(block, word, draft) for block in blocks(draft))
    return FRAMES[layout](draft, body, charset, chance)


def _block(block: Block, word: bool, draft: Draft) -> str:
    if block.grid:
        return _table(block.grid, word)
    text = escape(block.text, quote=False)
    if word:
        return f'<p class="MsoNormal"><span>{text}</span></p>'
    if block.kind == "title":
        if draft.style.folded_title:
            text = text.replace("政府信息公开", "<br/>政府信息公开", 1)
        return f'<h1 class="title">{text}</h1>'
    if block.kind in {"section", "aspect"}:
        return f"<p><strong>{text}</strong></p>"
    if block.kind == "signature":
        return f'<p style="text-align: right;">{text}</p>'
    return f'<p style="text-indent: 2em;">{text}</p>'


def _table(grid: Grid, word: bool) -> str:
    if grid.rows[0][0].picture:
        return f'<p><img src="./images/{grid.table}.png" width="640"/></p>'
    rows = ["<tr>" + "".join(_cell(cell, word) for cell in row) + "</tr>" for row in grid.rows]
    head = '<table class="MsoTableGrid" border="1" cellspacing="0">' if word else '<table border="1" cellspacing="0">'
    return head + "\n<tbody>\n" + "\n".join(rows) + "\n</tbody>\n</table>"


def _cell(cell: Cell, word: bool) -> str:
    spans = (f' colspan="{cell.columns}"' if cell.columns > 1 else "") + (
        f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    )
    text = escape(cell.text, quote=False)
    if not word:
        return f"<td{spans}>{text}</td>"
    if cell.name and len(text) > 1:  # Word breaks a number into runs when it was corrected while typing
        text = f"<span>{text[:1]}</span><span>{text[1:]}</span>"
    return f'<td{spans}><p class="MsoNormal">{text or "&nbsp;"}<o:p></o:p></p></td>'


def _plain(draft: Draft, body: str, charset: str, chance: Chance) -> str:
    title = escape(draft.title or "年度报告")
    return (
        f'<!DOCTYPE html>\n<html>\n<head>\n<meta charset="{charset}">\n<title>{title}</title>\n</head>\n'
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _word(draft: Draft, body: str, charset: str, chance: Chance) -> str:
    return (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office">\n<head>\n'
        f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">\n'
        f"<style>\n<!-- p.MsoNormal {{margin:0cm; font-size:16.0pt;}} -->\n</style>\n</head>\n"
        f'<body lang="ZH-CN">\n<div class="WordSection1">\n{body}\n</div>\n</body>\n</html>\n'
    )


def _meta(draft: Draft, charset: str, chance: Chance) -> str:
    clock = f"{chance.between(8, 17):02}:{chance.between(0, 59):02}"
    tags = [
        ("SiteName", f"{COUNTY}人民政府"), ("SiteDomain", "www.qinghe.example"), ("SiteIDCode", "9990210001"),
        ("ColumnName", "政府信息公开年报"), ("ColumnType", "政府信息公开"), ("ArticleTitle", draft.title or ""),
        ("ContentSource", draft.short), ("Keywords", "政府信息公开,年报"), ("Author", COUNTY),
    ]  # fmt: skip
    if draft.published_at:
        tags.insert(6, ("PubDate", f"{draft.published_at.isoformat()} {clock}"))
    lines = [f'<meta name="{name}" content="{escape(content)}">' for name, content in tags if content]
    head = f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">\n'
    return head + "\n".join(lines) + f"\n<title>{escape(draft.title or '政府信息公开年报')}_{COUNTY}人民政府</title>"


def _portal(draft: Draft, body: str, charset: str, chance: Chance) -> str:
    menu = "".join(
        f'<li><a href="/{name}/">{text}</a></li>'
        for name, text in (
            ("index", "首页"), ("overview", "走进青禾"), ("news", "青禾要闻"), ("open", "政府信息公开"), ("service", "政务服务"),
            ("talk", "互动交流"), ("data", "数据发布"),
        )
    )  # fmt: skip
    side = "".join(
        f"<li><a href='#'>{t}</a></li>"
        for t in ("政府信息公开指南", "政府信息公开制度", "法定主动公开内容", "政府信息公开年报", "依申请公开")
    )
    day = f"发布时间：{draft.published_at.isoformat()}" if draft.published_at else ""
    return f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
{_meta(draft, charset, chance)}
<link rel="stylesheet" href="/css/site.css">
<script>var readMode = 0; function share(where) {{ return "<table><tr><td>1</td></tr></table>" + where; }}</script>
</head>
<body>
<div class="header"><a href="/">{COUNTY}人民政府</a><form action="/search"><input name="q" value="请输入关键字"></form></div>
<ul class="nav">{menu}</ul>
<div class="crumb">当前位置：<a href="/">首页</a> &gt; <a href="/open/">政府信息公开</a> &gt; <a href="/open/nb/">政府信息公开年报</a></div>
<div class="side"><ul>{side}</ul></div>
<div class="article">
<div class="info"><span>{day}</span> <span>来源：{escape(draft.short)}</span> <span>浏览次数：{chance.between(30, 900)}</span>
<span>字体：[<a href="#">大</a> <a href="#">中</a> <a href="#">小</a>]</span></div>
<div id="zoom" class="content">
{body}
</div>
<div class="share">分享到：<a href="#">微信</a> <a href="#">微博</a> <a href="#">QQ空间</a> <a href="#">打印本页</a> <a href="#">关闭窗口</a></div>
</div>
<div class="footer"><p>主办：{COUNTY}人民政府办公室　网站标识码：9990210001</p><p>示例页面，地名和数据均为虚构</p></div>
</body>
</html>
"""


def _nested(draft: Draft, body: str, charset: str, chance: Chance) -> str:
    return f"""<html>
<head>
{_meta(draft, charset, chance)}
</head>
<body bgcolor="#ffffff">
<table width="980" align="center" cellpadding="0"><tr><td colspan="2"><img src="/images/banner.jpg" alt=""></td></tr>
<tr><td width="180" valign="top"><table><tr><td><a href="#">机构职能</a></td></tr><tr><td><a href="#">政策文件</a></td></tr>
<tr><td><a href="#">信息公开年报</a></td></tr></table></td>
<td valign="top"><table width="100%"><tr><td>
{body}
</td></tr></table></td></tr>
<tr><td colspan="2" align="center">主办：{COUNTY}人民政府办公室&nbsp;&nbsp;示例页面，地名和数据均为虚构</td></tr></table>
</body>
</html>
"""


FRAMES: dict[str, Frame] = {
    "plain_html": _plain,
    "portal_html": _portal,
    "nested_html": _nested,
    "word_html": _word,
}
