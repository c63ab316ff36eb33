"""The dashboard as a process of its own, started and watched from the command line."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager

from etl.paths import DATA_VARIABLE, VIEWER_VARIABLE, County

_PATIENCE = 120  # seconds a slow machine may take to import everything for the first time
_PORTS = 50  # tried upwards from the one asked for


class ServeError(RuntimeError):
    """The dashboard did not start; the message says what to do."""


@contextmanager
def served(
    county: County, address: str, port: int, *, viewer: bool = False
) -> Generator[tuple[str, subprocess.Popen[bytes]]]:
    """The address of the running dashboard and its process, ended on leaving. Raises ServeError.

    The dashboard is started as a module: nothing in etl imports it. `viewer`: it shows no drafts and writes nothing.
    """
    port = _free_port(address, port)
    command = [sys.executable, "-m", "dashboard", "--server.address", address, "--server.port", str(port)]
    told = {DATA_VARIABLE: str(county.root.resolve()), **({VIEWER_VARIABLE: "1"} if viewer else {})}
    server = subprocess.Popen(command, env={**os.environ, **told}, stdout=subprocess.DEVNULL)
    try:
        _wait_until_healthy(f"http://{_reachable(address)}:{port}/_stcore/health", server)
        yield f"http://{_reachable(address)}:{port}", server
    finally:
        server.terminate()
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()


def _reachable(address: str) -> str:
    """Where a browser on this machine finds a server that listens everywhere."""
    return "127.0.0.1" if address == "0.0.0.0" else address


def _free_port(address: str, port: int) -> int:
    for candidate in range(port, min(port + _PORTS, 65536)):
        with socket.socket() as probe:
            try:
                probe.bind((address, candidate))
            except OSError:
                continue
            return candidate
    raise ServeError(
        f"{address} 的端口 {port}–{port + _PORTS - 1} 都不能用。请用 --port 换一个，或核对 --address 是不是本机的地址。"
    )


def _wait_until_healthy(url: str, server: subprocess.Popen[bytes]) -> None:
    last = time.monotonic() + _PATIENCE
    direct = urllib.request.build_opener(
        urllib.request.ProxyHandler({})
    )  # an office's proxy does not know this machine
    while server.poll() is None and time.monotonic() < last:
        try:
            with direct.open(url, timeout=1) as answer:
                if answer.read() == b"ok":
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise ServeError("看板没有启动成功，原因见上面的输出。仓库已建好，可换一个端口重试：nianbao up --port 8600")
