"""What PromQL asks for: which series, with which labels."""

import json
import re

import pytest

from tests.monitoring.alert_rules import all_rules
from tests.support.program import ROOT

promql = pytest.importorskip(
    "promql_parser", reason="NOT RUN: promql-parser is not installed in this environment"
)

DASHBOARDS = sorted((ROOT / "helm/rookery/files/dashboards").glob("*.json"))
# What Prometheus itself knows of every target, or makes.
TARGET_LABELS = {"job", "instance", "namespace"}
OWN_SERIES = {
    "up": TARGET_LABELS,
    "ALERTS": {"alertname", "alertstate", "severity"} | TARGET_LABELS,
}
LABEL_VALUES = re.compile(r"label_values\((?P<of>.*), (?P<label>\w+)\)")
SET_OPERATORS = {"and", "unless"}


def without_grafanas_words(expression):
    """Durations stand where Grafana would put some."""
    return expression.replace("$__rate_interval", "5m").replace("$__range", "1h")


def parse(expression):
    return promql.parse(without_grafanas_words(expression))


def uses(node, wanted=frozenset()):
    """Pairs of a series' name and the labels that it must have: those that it is selected by, and
    `wanted`, those of what is around it."""
    match type(node).__name__:
        case "VectorSelector":
            yield node.name, wanted | {matcher.name for matcher in node.matchers.matchers}
        case "MatrixSelector":
            yield from uses(node.vector_selector, wanted)
        case "AggregateExpr":
            yield from uses(node.expr, frozenset(_labels(node.modifier)) or wanted)
        case "Call":
            # The quantile of buckets is over `le`, which it takes away.
            buckets = {"le"} if node.func.name == "histogram_quantile" else set()
            for argument in node.args:
                yield from uses(argument, wanted | buckets)
        case "BinaryExpr":
            on, ignored = _matching(node)
            yield from uses(node.lhs, wanted | on)
            only_asked = str(node.op) in SET_OPERATORS
            yield from uses(node.rhs, on if only_asked else (wanted | on) - ignored)
        case "ParenExpr" | "UnaryExpr" | "SubqueryExpr":
            yield from uses(node.expr, wanted)


def labels_of(node, known):
    """The labels that the answer may have; `known` are those of series by their names."""
    match type(node).__name__:
        case "VectorSelector":
            return set(known[node.name])
        case "MatrixSelector":
            return labels_of(node.vector_selector, known)
        case "AggregateExpr":
            return set(_labels(node.modifier)) or labels_of(node.expr, known)
        case "Call":
            taken = {"le"} if node.func.name == "histogram_quantile" else set()
            return set().union(*(labels_of(argument, known) for argument in node.args)) - taken
        case "BinaryExpr":
            _, ignored = _matching(node)
            sides = [labels_of(side, known) for side in (node.lhs, node.rhs)]
            return (sides[0] or sides[1]) - ignored
        case "ParenExpr" | "UnaryExpr" | "SubqueryExpr":
            return labels_of(node.expr, known)
    return set()


def _labels(modifier):
    """Of `by (...)`."""
    if modifier is None:
        return []
    assert str(modifier.type).endswith("By"), "`without` keeps labels that nobody listed"
    return modifier.labels


def _matching(node):
    """The labels of `on (...)`, and those of `ignoring (...)`."""
    matching = getattr(node.modifier, "matching", None)
    if matching is None:
        return frozenset(), frozenset()
    labels = frozenset(matching.labels)
    is_on = str(matching.type).endswith("Include")
    return (labels, frozenset()) if is_on else (frozenset(), labels)


def recorded(known):
    """`known` with the labels of what the rules record."""
    known = dict(known)
    for rule in all_rules():
        if "record" in rule:
            known[rule["record"]] = labels_of(parse(rule["expr"]), known)
    return known


def panels(dashboard):
    return json.loads(dashboard.read_text())["panels"]


def dashboard_queries(dashboard):
    """Pairs of a query and the labels that its legend shows."""
    for panel in panels(dashboard):
        for target in panel.get("targets", []):
            yield target["expr"], set(re.findall(r"{{(\w+)}}", target["legendFormat"]))
    for variable in json.loads(dashboard.read_text())["templating"]["list"]:
        if variable["type"] == "query":
            found = LABEL_VALUES.fullmatch(variable["query"]["query"])
            yield found["of"], {found["label"]}
