"""The tables of docs/compatibility.md: every call and every rule of searches with the tests that
cover it, and where answers differ on purpose.

They are made of the protos, the gateway's own routes, the scenarios and rules of
tests/differential, and of which tests name an RPC or its path. `./dev check` compares,
`./dev check --fix` writes.
"""

import re
import sys
from collections import Counter
from pathlib import Path

import tree

sys.path.insert(0, str(tree.ROOT))

from tests.differential.differences import (
    DIFFERENCES,
    EVERYWHERE,
    MISSING,
    SEARCH_DIFFERENCES,
)
from tests.differential.rules import RULES
from tests.differential.scenarios import SCENARIOS
from tests.support.contract import read_contract

PAGE = Path("docs/compatibility.md")
# What stands between is made here.
BETWEEN = "(<!-- {0}: made by tests/check/compatibility.py -->\n).*?(<!-- end of {0} -->\n)"
NO_TEST = "**no test**"
KINDS = {
    "runs": "runs",
    "experiments": "experiments",
    "registered_models": "registered models",
    "versions": "model versions",
    "logged_models": "logged models",
}
OWN_ROUTE = re.compile(r'"(/[a-z][a-z0-9./_-]*)"')
PREFIXES = {"/api/", "/ajax-api/", "/api", "/ajax-api"}


def violations(root):
    """A line if the page is out of date."""
    page = (root / PAGE).read_text()
    if page != _made(page, root):
        yield f"{PAGE} is out of date: ./dev check --fix writes it"


def fix(root):
    path = root / PAGE
    path.write_text(_made(path.read_text(), root))


def _made(page, root):
    tables = {
        "calls": _calls(root),
        "own routes": _own_routes(root),
        "searches": _searches(),
        "search differences": _search_differences(),
        "differences": _differences(EVERYWHERE + DIFFERENCES),
        "missing": _differences(MISSING),
    }
    for name, rows in tables.items():
        text = "".join(f"| {' | '.join(row)} |\n" for row in rows)
        page, found = re.subn(
            BETWEEN.format(name), lambda m, t=text: f"{m[1]}{t}{m[2]}", page, flags=re.DOTALL
        )
        if found != 1:
            raise ValueError(f"{PAGE} has {found} places for {name}")
    return page


def _table(*heads):
    return [heads, ("---",) * len(heads)]


def _calls(root):
    rows = _table("part", "RPC", "HTTP", "tests")
    sources = _test_sources(root)
    rpcs = [rpc for rpc in read_contract(root) if rpc.routes]
    for rpc in sorted(rpcs, key=lambda each: (each.part, each.service)):
        routes = "<br>".join(f"`{each.method} {each.path}`" for each in rpc.routes)
        asked = Counter()
        for each in rpc.routes:
            asked += _asked(each.method, each.path)
        names = re.compile(rf"\b{rpc.name}(Request)?\b")
        # The end of a path that only this call has.
        ends = [
            each.path.removeprefix("/api/2.0/mlflow/")
            for each in rpc.routes
            if "{" not in each.path
        ]
        found = [
            file
            for file, text in sources.items()
            if (file.startswith(f"services/{rpc.part}/") and names.search(text))
            or (
                file.startswith(("tests/", "services/gateway/"))
                and any(end in text for end in ends)
            )
        ]
        rows.append((rpc.part, rpc.name, routes, _covered(asked, found)))
    return rows


def _own_routes(root):
    rows = _table("path", "tests")
    sources = _test_sources(root)
    paths = set()
    for file in tree.all_files(root):
        if re.fullmatch(r"services/gateway/(own_routes|gateway)\.cc", file):
            paths |= set(OWN_ROUTE.findall((root / file).read_text())) - PREFIXES
    for path in sorted(paths):
        found = [
            file
            for file, text in sources.items()
            if path in text and file.startswith(("services/gateway/", "tests/"))
        ]
        rows.append((f"`{path}`", _covered(_asked("", path), found)))
    return rows


def _asked(method, path):
    """How many requests the scenarios of each area send to a route."""
    pattern = re.escape(path.replace("/ajax-api/", "/api/"))
    pattern = re.sub(r"\\\{[^{}]*=\\\*\\\*\\\}", ".+", pattern)
    pattern = re.sub(r"\\\{[^{}]*\\\}", "[^/]+", pattern)
    asked = Counter()
    for scenario in SCENARIOS:
        for step in scenario.steps:
            asked_path = step.path.partition("?")[0].replace("/ajax-api/", "/api/")
            if method in ("", step.method) and re.fullmatch(pattern, asked_path):
                asked[scenario.name.partition("/")[0]] += 1
    return asked


def _covered(asked, files):
    words = [f"{area} ({count})" for area, count in sorted(asked.items())]
    words += [f"`{file}`" for file in files]
    return ", ".join(words) or NO_TEST


def _test_sources(root):
    """The texts of the tests, but for those that this page counts otherwise."""
    files = [
        file
        for file in tree.all_files(root)
        if file.endswith("_test.cc")
        or re.fullmatch(r"tests/(e2e|compat|ui|grpc|overload)/.*\.(py|java|mjs)", file)
    ]
    return {file: (root / file).read_text() for file in files}


def _searches():
    rows = _table("search", "rule", "searches compared")
    for rule in RULES:
        rows.append((KINDS[rule.kind], _escaped(rule.words), str(len(rule.searches()))))
    return rows


def _search_differences():
    queries = {}
    for (kind, query, order), reason in SEARCH_DIFFERENCES.items():
        shown = query if not order else f"{query} by {', '.join(order)}"
        queries.setdefault((KINDS[kind], reason), []).append(f"`` {_escaped(shown)} ``")
    rows = _table("search", "filter", "Rookery")
    for (kind, reason), shown in queries.items():
        rows.append((kind, ", ".join(shown), _escaped(reason)))
    return rows


def _differences(differences):
    rows = _table("MLflow 3.17.2", "Rookery", "because")
    for each in differences:
        rows.append((_escaped(each.mlflow), _escaped(each.rookery), _escaped(each.because)))
    return rows


def _escaped(text):
    return text.replace("|", "\\|")
