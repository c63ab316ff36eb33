"""Install from the wheels beside this file, without a network, then run nianbao.

Runs on a bare Python, before anything is installed: the standard library only, and syntax that an older Python can
read far enough to be told that it is too old.
"""

import hashlib
import io
import json
import os
import platform
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
STAMP = VENV / "installed.txt"  # written last: without it the environment is half made
PROGRAM = "import sys; from etl.cli import main; sys.exit(main())"
SYSTEMS = {"linux": "Linux", "windows": "Windows"}


class StartError(Exception):
    """Cannot install; the message says what to do."""


def main() -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console that lacks a character shows "?" instead of failing
    os.chdir(str(HERE))
    try:
        check_machine(json.loads((HERE / "bundle.json").read_text(encoding="utf-8")))
        install()
    except StartError as error:
        print(error, file=sys.stderr)
        return 3
    command = [python_of_venv(), "-c", PROGRAM, "up", *sys.argv[1:]]
    if os.name != "nt":
        os.execv(command[0], command)  # whoever stops this program stops the served pages
    try:
        return subprocess.call(command)
    except KeyboardInterrupt:
        return 0


def check_machine(bundle: dict) -> None:
    """The wheels fit one Python, one system and one kind of processor."""
    machine = platform.machine().lower()
    here = {
        "system": platform.system().lower(),
        "machine": {"amd64": "x86_64", "arm64": "aarch64"}.get(machine, machine),
        "python": "{}.{}".format(*sys.version_info[:2]),
    }
    wanted = {key: bundle[key] for key in here}
    if here != wanted:
        raise StartError(
            f"这个安装包适用于 {describe(wanted)}，本机是 {describe(here)}。\n"
            "请在与本机相同的系统和 Python 版本上重新制作安装包（uv run nianbao bundle），或在本机安装所需的 Python。"
        )
    libc, number = platform.libc_ver()
    if libc == "glibc" and [int(part) for part in number.split(".")] < [int(p) for p in bundle["glibc"].split(".")]:
        raise StartError(f"系统的 C 库（glibc）是 {number}，需要 {bundle['glibc']} 或更新。请换用较新的系统。")


def describe(machine: dict) -> str:
    return f"{SYSTEMS.get(machine['system'], machine['system'])} {machine['machine']}、Python {machine['python']}"


def install() -> None:
    """Make .venv from the wheels unless it already holds exactly these; a half-made one is made anew."""
    requirements = HERE / "requirements.txt"
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    if STAMP.exists() and STAMP.read_text(encoding="utf-8") == digest:
        return
    print("第一次启动，正在安装（不需要网络，约一分钟）……", flush=True)
    pip = next((HERE / "wheels").glob("pip-*.whl"), None)
    if pip is None:
        raise StartError(f"{HERE / 'wheels'} 里没有安装包。文件夹可能没有拷贝完整，请重新拷贝整个文件夹。")
    try:
        venv.EnvBuilder(clear=True, symlinks=os.name != "nt").create(str(VENV))
    except OSError as error:
        message = f"写不进 {VENV}：{error.strerror}。请把整个文件夹拷到能写入、有 1.5 GB 空间的地方再启动。"
        raise StartError(message) from error
    command = [python_of_venv(), str(pip / "pip"), "--isolated", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--no-index", "--find-links", str(HERE / "wheels"), "--no-deps", "--require-hashes"]
    done = subprocess.run([*command, "-r", str(requirements)], stdin=subprocess.DEVNULL)
    if done.returncode:
        raise StartError(
            "安装没有完成，原因见上面几行。常见原因：文件夹没有拷贝完整（重新拷贝）；"
            "磁盘已满（腾出 1.5 GB）；杀毒软件拦截（允许后重新启动）。"
        )
    STAMP.write_text(digest, encoding="utf-8")


def python_of_venv() -> str:
    return str(VENV / "Scripts" / "python.exe" if os.name == "nt" else VENV / "bin" / "python")


if __name__ == "__main__":
    sys.exit(main())
