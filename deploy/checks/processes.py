"""Processes that a check starts, and what it waits for."""

import pathlib
import socket
import subprocess
import time
import urllib.error
import urllib.request

HTTP_TIMEOUT_SECONDS = 10


class CannotRun(Exception):
    """Something this check needs is not on this machine."""


class Processes:
    """The processes that this run started; they, and no others, are ended when it is over."""

    def __init__(self):
        self._running = []

    def start(self, command, log, **options):
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, **options)
        self._running.append(process)
        return process

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(self._running):
            if process.poll() is None:
                process.terminate()
        for process in reversed(self._running):
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def http_get(url):
    with urllib.request.urlopen(url, timeout=HTTP_TIMEOUT_SECONDS) as answer:
        return answer.read().decode()


def wait_for(what, condition, seconds_max, processes):
    """Polls until the condition holds; ends with the tail of a process's log when one that it needs is gone."""
    deadline = time.monotonic() + seconds_max
    while time.monotonic() < deadline:
        for name, process, log in processes:
            if process.poll() is not None:
                tail = "\n".join(pathlib.Path(log).read_text(errors="replace").splitlines()[-15:])
                raise RuntimeError(f"{name} ended with exit code {process.returncode} while waiting for {what}:\n{tail}")
        try:
            found = condition()
            if found:
                return found
        except (OSError, urllib.error.URLError, ValueError):
            pass  # Not listening yet; the deadline bounds it.
        time.sleep(0.25)
    raise RuntimeError(f"{what}: nothing after {seconds_max} s")
