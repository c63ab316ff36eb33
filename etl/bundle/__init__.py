"""One folder that installs the product on a machine without a network: wheels for this platform, and start scripts.

The folder is made on a machine with a network, from the checkout, and carried over. `start.py` runs there, before
anything of ours is installed; start.sh and start.bat only look for a fitting Python and hand over to it.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

GLIBC = (2, 28)  # the oldest C library of Linux for which every pin has a wheel
MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}
SYSTEMS = {"Linux": "linux", "Windows": "windows"}
LOCK, LOCK_WITH_OCR = "requirements.lock", "requirements-ocr.lock"
CHECKOUT = Path(__file__).resolve().parent.parent.parent
HERE = Path(__file__).resolve().parent
SCRIPTS = ("start.py", "start.sh", "start.bat", "README.txt")
# What a line of pip's output means, and what to do about it; the first match speaks.
REASONS = (
    (("No space left", "Errno 28", "WinError 112"), "磁盘已满。请腾出约 500 MB 空间后重试。"),
    (("Read-only file system", "Permission denied", "WinError 5]"), "没有写入的权限。请用 --to 换一个能写的文件夹。"),
    (
        ("DO NOT MATCH THE HASHES",),
        "下载的安装包与清单中的校验值不符。软件源可能被替换或下载不完整，请换一个软件源后重试。",
    ),
    (
        ("NewConnectionError", "ConnectionError", "Failed to resolve", "timed out", "ProxyError", "SSLError"),
        "连不上软件源。请检查网络；在国内可用环境变量 PIP_INDEX_URL 指定镜像源。",
    ),
    (
        ("from versions: none",),
        "软件源里没有这个包，或连不上软件源。请检查网络，或用环境变量 PIP_INDEX_URL 换一个软件源。",
    ),
    (
        ("No matching distribution", "Could not find a version"),
        "软件源里没有适合本机的安装包。支持的平台见 README；若软件源是镜像，可能还没有同步，请换一个。",
    ),
)


class BundleError(RuntimeError):
    """The folder could not be made; the message says what failed, where, and what to do."""


def make_bundle(target: Path, *, ocr: bool = False, progress: Callable[[str], None] | None = None) -> Path:
    """Make the folder `nianbao-<version>-<platform>-py<version>` inside `target` and return it.

    An earlier folder of the same name is replaced, and only once the new one is whole. `progress` receives one
    sentence per step. `ocr` adds what reads scans. Raises BundleError.
    """
    tell = progress or (lambda _: None)
    about = _this_platform()
    _require_checkout()
    name = f"nianbao-{about['version']}-{about['system']}-{about['machine']}-py{about['python']}"
    _refuse_to_replace_what_is_not_ours(target / name)
    try:
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".nianbao-", dir=target) as scratch:
            folder = Path(scratch) / name
            _fill(folder, about, LOCK_WITH_OCR if ocr else LOCK, tell)
            _put_in_place(folder, target / name)
    except OSError as error:
        place = error.filename or target
        raise BundleError(
            f"写不进 {place}：{error.strerror}。请检查磁盘空间和权限，或用 --to 换一个文件夹。"
        ) from error
    tell(f"离线安装包已做好：{target / name}")
    return target / name


def _this_platform() -> dict[str, str]:
    machine = platform.machine().lower()
    return {
        "version": version("nianbao"),
        "system": SYSTEMS.get(platform.system(), platform.system().lower()),
        "machine": MACHINES.get(machine, machine),
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "glibc": ".".join(map(str, GLIBC)),
    }


def _require_checkout() -> None:
    for file in ("pyproject.toml", LOCK, LOCK_WITH_OCR):
        if not (CHECKOUT / file).is_file():
            raise BundleError(
                f"在 {CHECKOUT} 没有找到 {file}。离线安装包只能在源代码文件夹里制作："
                "请到源代码文件夹运行 uv run nianbao bundle。"
            )


def _refuse_to_replace_what_is_not_ours(final: Path) -> None:
    """An earlier bundle may have been started where it lies, and hold a county's data by now."""
    if not final.exists():
        return
    ours = {*SCRIPTS, "wheels", "requirements.txt", "bundle.json", ".venv"}
    others = sorted(path.name for path in final.iterdir() if path.name not in ours) if final.is_dir() else [final.name]
    if others:
        raise BundleError(
            f"{final} 已经存在，里面还有 {'、'.join(others[:5])}，不能覆盖。请移走这些文件，或用 --to 换一个文件夹。"
        )


def _fill(folder: Path, about: dict[str, str], lock: str, tell: Callable[[str], None]) -> None:
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    _download(wheels, lock, tell)
    own = _build_own_wheel(wheels, tell)
    shutil.copyfile(CHECKOUT / lock, folder / "requirements.txt")
    digest = hashlib.sha256(own.read_bytes()).hexdigest()
    with (folder / "requirements.txt").open("a", encoding="utf-8", newline="\n") as file:
        file.write(f"nianbao=={about['version']} \\\n    --hash=sha256:{digest}\n")
    (folder / "bundle.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8", newline="\n")
    for script in SCRIPTS:
        _write_script(script, folder / script, about)


def _download(wheels: Path, lock: str, tell: Callable[[str], None]) -> None:
    """Every pin of the product as a wheel, checked against its hash; pip itself is one of them."""
    total = sum("==" in line for line in (CHECKOUT / lock).read_text(encoding="utf-8").splitlines())
    tell(f"下载约 {total} 个安装包，共约 {300 if lock == LOCK_WITH_OCR else 200} MB")
    arguments = ["download", "--require-hashes", "--no-deps", "--only-binary=:all:", *_platform_options()]
    arguments += ["-r", str(CHECKOUT / lock), "-d", str(wheels)]
    done = 0
    for line in _pip(arguments, "下载安装包"):
        if line.startswith(("Collecting ", "Processing ")):
            done += 1
            name = line.split()[1].replace("\\", "/").rsplit("/", 1)[-1]
            tell(f"下载 {done}/{total}：{name}")


def _build_own_wheel(wheels: Path, tell: Callable[[str], None]) -> Path:
    tell("打包年报镜本身")
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory(prefix="nianbao-") as scratch:
        pins = Path(scratch) / "build.txt"
        pins.write_text("\n".join(project["tool"]["uv"]["build-constraint-dependencies"]) + "\n", encoding="utf-8")
        arguments = ["wheel", "--no-deps", "--build-constraint", str(pins), "-w", str(wheels), str(CHECKOUT)]
        for _ in _pip(arguments, "打包年报镜本身"):
            pass
    return next(wheels.glob("nianbao-*.whl"))


def _platform_options() -> list[str]:
    """On Linux, ask for wheels that an older C library than this machine's takes as well."""
    if platform.system() != "Linux":
        return []
    arch = sysconfig.get_platform().split("-", 1)[1].replace("-", "_")
    tags = [f"manylinux_{GLIBC[0]}_{minor}_{arch}" for minor in range(GLIBC[1], 4, -1)]
    tags += [f"{old}_{arch}" for old in ("manylinux2014", "manylinux2010", "manylinux1", "linux")]
    return [option for tag in tags for option in ("--platform", tag)]


def _pip(arguments: list[str], doing: str) -> Iterator[str]:
    """pip's output, line by line; raises BundleError in the user's language when pip fails."""
    command = [sys.executable, "-m", "pip", *arguments]
    command += ["--disable-pip-version-check", "--no-input", "--progress-bar", "off", "--no-color"]
    environment = {**os.environ, "PYTHONUTF8": "1"}
    mirror = os.environ.get("UV_DEFAULT_INDEX") or os.environ.get("UV_INDEX_URL")
    if mirror:  # who told uv of a mirror need not tell pip again
        environment.setdefault("PIP_INDEX_URL", mirror)
    said: list[str] = []
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            said.append(line.strip())
            yield said[-1]
    if process.returncode:
        raise BundleError(_explain(doing, said))


def _explain(doing: str, said: list[str]) -> str:
    errors = [line for line in said if line.startswith("ERROR")] or said[-5:]
    text = "\n".join(said)
    remedy = next((remedy for signs, remedy in REASONS if any(sign in text for sign in signs)), "请按上面的原话处理。")
    return f"{doing}时失败，pip 的原话：\n  " + "\n  ".join(errors) + f"\n{remedy}"


def _write_script(name: str, path: Path, about: dict[str, str]) -> None:
    text = (HERE / name).read_text(encoding="utf-8")
    for key, value in about.items():
        text = text.replace(f"@{key.upper()}@", value)
    on_windows = name.endswith((".bat", ".txt"))  # cmd.exe wants CRLF; Notepad wants it, and the mark of UTF-8
    encoding = "utf-8-sig" if name.endswith(".txt") else "utf-8"
    path.write_text(text, encoding=encoding, newline="\r\n" if on_windows else "\n")
    if name.endswith(".sh"):
        path.chmod(0o755)


def _put_in_place(folder: Path, final: Path) -> None:
    """Swap the finished folder in; the earlier one leaves with the scratch folder beside the new one."""
    if final.exists():
        final.rename(folder.parent / "earlier")
    folder.rename(final)
