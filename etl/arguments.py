"""argparse with Chinese words."""

from __future__ import annotations

import argparse
import re
import sys
from typing import NoReturn

USAGE = 2  # exit code: wrong usage
_WORDS = {
    "usage: ": "用法：",
    "options": "选项",
    "positional arguments": "参数",
    "show this help message and exit": "显示这段说明",
}
_FAULTS = (  # what argparse says, in every Python since 3.11
    (re.compile(r"the following arguments are required: (.+)"), "缺少 {0}"),
    (re.compile(r"unrecognized arguments: (.+)"), "不认识 {0}"),
    (re.compile(r"argument .+: invalid choice: '([^']*)'"), "没有“{0}”这个命令"),
    (re.compile(r"argument (.+): invalid int value: '([^']*)'"), "{0} 应为整数，实为“{1}”"),
    (re.compile(r"argument (.+): expected (?:one|at least one) argument"), "{0} 后面缺少一个值"),
    (re.compile(r"argument (.+): (没有找到.+)"), "{0} {1}"),
    (re.compile(r"argument (.+): ignored explicit argument '([^']*)'"), "{0} 后面不能带“{1}”"),
    (re.compile(r"ambiguous option: (\S+)"), "{0} 可能指几个选项，请写全"),
)


class Parser(argparse.ArgumentParser):
    """Says what is wrong with a command line, and how it should be, in Chinese."""

    def error(self, message: str) -> NoReturn:
        for pattern, words in _FAULTS:
            match = pattern.search(message)
            if match:
                message = words.format(*match.groups())
                break
        print(f"命令写法有误：{message}。请运行 {self.prog} --help 查看用法。", file=sys.stderr)
        raise SystemExit(USAGE)

    def format_help(self) -> str:
        text = super().format_help()
        for english, chinese in _WORDS.items():
            text = text.replace(english, chinese)
        return text
