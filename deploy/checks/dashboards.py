"""The form of a Grafana dashboard: its panels, and the rules that they have to keep."""

import re


def panels_of(dashboard):
    for panel in dashboard["panels"]:
        if panel["type"] != "row":
            yield panel
        yield from panel.get("panels", [])


def lint(name, dashboard):
    """The rules that a panel has to keep. Yields complaints."""
    if dashboard.get("editable") is not False:
        yield f"{name}: editable (expected: false)"
    variables = {v["name"]: v for v in dashboard["templating"]["list"]}
    for wanted in ("datasource", "job", "instance"):
        if wanted not in variables:
            yield f"{name}: no variable ${wanted}"
    for variable in variables.values():
        if variable["type"] == "query" and variable.get("refresh") != 2:
            yield f"{name}: ${variable['name']}: refresh (expected: 2, on change of the time range)"
    numbers = [p["id"] for p in dashboard["panels"]]
    if len(numbers) != len(set(numbers)):
        yield f"{name}: two panels share an id"
    taken = {}
    for panel in panels_of(dashboard):
        yield from lint_panel(f"{name}: {panel.get('title') or panel['id']}", panel)
        place = panel["gridPos"]
        for cell in ((x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])):
            if cell in taken:
                yield f"{name}: {panel['title']} lies over {taken[cell]}"
                break
            taken[cell] = panel["title"]


def lint_panel(where, panel):
    for field in ("title", "description"):
        if not panel.get(field):
            yield f"{where}: no {field}"
    if not panel["fieldConfig"]["defaults"].get("unit"):
        yield f"{where}: no unit"
    if panel["datasource"]["uid"] != "${datasource}":
        yield f"{where}: datasource (expected: ${{datasource}})"
    if not panel["targets"]:
        yield f"{where}: no query"
    for target in panel["targets"]:
        expression = target["expr"]
        if target["datasource"]["uid"] != "${datasource}":
            yield f"{where}: {target['refId']}: datasource (expected: ${{datasource}})"
        for selector in re.findall(r"\{[^}]*\}", expression) or [""]:
            if 'job=~"$job"' not in selector or 'instance=~"$instance"' not in selector:
                yield f"{where}: {target['refId']}: {selector or 'no selector'} (expected: job and instance matchers)"
        for window in re.findall(r"\[([^\]]*)\]", expression):
            if window != "$__rate_interval":
                yield f"{where}: {target['refId']}: [{window}] (expected: [$__rate_interval])"


def metrics_of(dashboards):
    """Names of the metrics that the panels use."""
    names = set()
    for dashboard in dashboards.values():
        for panel in panels_of(dashboard):
            for target in panel["targets"]:
                names.update(re.findall(r"\b([a-z_:][a-z0-9_:]*)\{", target["expr"]))
    return names
