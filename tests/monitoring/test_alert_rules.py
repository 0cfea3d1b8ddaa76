"""The rules are sound: promtool takes them, each alert is tested by itself, and has its page."""

import re
import shutil

import pytest
import yaml

from tests.monitoring.alert_rules import RULES, alerts, all_rules, promtool, without_prose
from tests.support.program import ROOT

UNIT_TESTS = sorted((ROOT / "tests/monitoring/rules").glob("*.yaml"))
PAGES = ROOT / "docs/alerts.md"
BASE = "https://rookery.example/docs/alerts.md#"
# A dot, a bracket or a template could end in them.
NAME = re.compile(r"[a-z_]+(:[a-z0-9_]+){2}")


def test_promtool_takes_the_rules():
    assert "SUCCESS" in promtool("check", "rules", RULES)


@pytest.mark.parametrize("file", UNIT_TESTS, ids=lambda file: file.stem)
def test_unit_tests_of(file, tmp_path):
    shutil.copy(file, tmp_path)
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump(without_prose()))
    promtool("test", "rules", file.name, cwd=tmp_path)


def test_every_alert_is_tested_in_its_case_and_near_it():
    fires, does_not = set(), set()
    for file in UNIT_TESTS:
        for group in yaml.safe_load(file.read_text())["tests"]:
            for case in group.get("alert_rule_test", []):
                (fires if case["exp_alerts"] else does_not).add(case["alertname"])
    assert fires == does_not == set(alerts())


def test_every_alert_has_a_page_and_every_page_an_alert():
    headings = re.findall(r"^## (Rookery\w+)$", PAGES.read_text(), re.MULTILINE)
    assert headings == list(alerts())


@pytest.mark.parametrize("name", alerts())
def test_an_alert_says_what_whoever_is_woken_needs(name):
    rule = alerts()[name]
    assert rule["labels"]["severity"] in {"page", "ticket"}
    words = rule["annotations"]
    assert set(words) == {"summary", "description", "runbook_url"}
    assert words["runbook_url"] == BASE + name.lower()
    # It is one place or one kind of thing that the summary is about.
    assert "{{ $labels." in words["summary"]
    # What is unit-tested has no descriptions, so that nothing may be filled in there.
    assert "{{" not in words["description"]


def test_recorded_names_say_level_metric_and_operation():
    for rule in all_rules():
        if "record" in rule:
            assert NAME.fullmatch(rule["record"]), rule["record"]


def test_no_rule_names_a_job():
    for rule in all_rules():
        assert not re.search(r"\bjob *(=|!)", rule["expr"]), rule
