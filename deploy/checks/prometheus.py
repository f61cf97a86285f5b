"""A real Prometheus: where to get one, its configuration, and its HTTP API."""

import json
import math
import os
import re
import shutil
import subprocess
import urllib.error
import urllib.parse

from checks.processes import CannotRun, http_get

# As prometheus.yml names the coordinator and its canary.
SCRAPE_TARGET = '"coordinator:7071"'
CANARY_TARGET = '"canary:7072"'
# The last seconds that a query looks at.
WINDOW_SECONDS = 10


def prometheus_tools(folder):
    """Paths of prometheus and promtool: from PATH, else unpacked from the Debian package."""
    found = [shutil.which(tool) for tool in ("prometheus", "promtool")]
    if all(found):
        return found
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        raise CannotRun("no prometheus and promtool on PATH, and no apt-get and dpkg to unpack the Debian package with")
    # apt-get drops its rights to the user _apt, who has to be able to write here.
    os.chmod(folder, 0o755)
    got = subprocess.run(["apt-get", "download", "prometheus"], cwd=folder, capture_output=True, text=True)
    packages = list(folder.glob("prometheus_*.deb"))
    if got.returncode != 0 or not packages:
        raise CannotRun(f"no prometheus on PATH, and `apt-get download prometheus` failed:\n{got.stderr.strip()}")
    subprocess.run(["dpkg", "-x", packages[0].name, "package"], cwd=folder, check=True)
    return [str(folder / "package" / "usr" / "bin" / tool) for tool in ("prometheus", "promtool")]


def scrape_config(shipped, target, canary):
    """The shipped scrape configuration, with its targets and intervals replaced; without a canary, nobody is asked."""
    text = shipped.read_text()
    for name, actual in ((SCRAPE_TARGET, json.dumps(target)), (CANARY_TARGET, json.dumps(canary) if canary else "")):
        if text.count(name) != 1:
            raise RuntimeError(f"{shipped.name}: {text.count(name)} times {name} (expected: once)")
        text = text.replace(name, actual)
    return re.sub(r"(scrape_interval|evaluation_interval): \S+", r"\1: 1s", text)


class Prometheus:
    """Prometheus's HTTP API."""

    def __init__(self, port):
        self._base = f"http://127.0.0.1:{port}/api/v1/"

    def _call(self, path, **parameters):
        url = self._base + path + "?" + urllib.parse.urlencode(parameters)
        try:
            answer = json.loads(http_get(url))
        except urllib.error.HTTPError as refused:
            answer = json.loads(refused.read().decode())
        if answer["status"] != "success":
            raise ValueError(answer["error"])
        return answer["data"]

    def value(self, expression):
        """The first sample of an instant query; 0 without one."""
        result = self._call("query", query=expression)["result"]
        return float(result[0]["value"][1]) if result else 0.0

    def numbers(self, expression, end):
        """Series of a range query that have a number, and the greatest number in them."""
        data = self._call("query_range", query=expression, start=end - WINDOW_SECONDS, end=end, step=1)
        series = [[float(v) for _, v in s["values"] if not math.isnan(float(v))] for s in data["result"]]
        series = [s for s in series if s]
        return len(series), max((max(s) for s in series), default=None)

    def label_values(self, selector, label, end):
        found = self._call("series", **{"match[]": selector, "start": end - WINDOW_SECONDS, "end": end})
        return sorted({s[label] for s in found if label in s})
