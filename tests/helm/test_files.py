"""What comes from files/, and what is said after an install."""

import json
import re
import shutil
import subprocess
import sys

import kubernetes_validate
import pytest
import yaml

from tests.helm.cases import CASES, DAEMON_SET, EXTERNAL, TRIAL, merged
from tests.helm.charts import CHART, named, of_kind, render
from tests.helm.restricted import violations

MONITORED = {"monitoring": {"enabled": True, "dashboards": {"enabled": True}}}
RULES = """\
groups:
  - name: rookery
    rules:
      - alert: Down
        expr: up == 0
        annotations: {summary: "{{ $labels.pod }} is down"}
"""


@pytest.fixture
def chart(tmp_path):
    """A copy whose files may be changed."""
    copy = tmp_path / "rookery"
    shutil.copytree(CHART, copy)
    (copy / "files/rules.yaml").unlink(missing_ok=True)
    shutil.rmtree(copy / "files/dashboards", ignore_errors=True)
    return copy


def test_rules_and_dashboards_are_there_when_their_files_are(chart):
    values = merged(TRIAL, MONITORED)
    none = render(values, chart=chart)
    assert not of_kind(none, "PrometheusRule")
    assert not [
        each for each in of_kind(none, "ConfigMap") if "dashboard" in each["metadata"]["name"]
    ]

    (chart / "files/rules.yaml").write_text(RULES)
    (chart / "files/dashboards").mkdir()
    dashboard = {"title": "Rookery {{ $labels }}", "panels": []}
    (chart / "files/dashboards/overview.json").write_text(json.dumps(dashboard, indent=2))
    some = render(values, chart=chart)
    (rule,) = of_kind(some, "PrometheusRule")
    assert rule["spec"] == yaml.safe_load(RULES)
    shown = named(some, "ConfigMap", "rookery-dashboard-overview")
    assert shown["metadata"]["labels"]["grafana_dashboard"] == "1"
    assert json.loads(shown["data"]["overview.json"]) == dashboard
    off = merged(values, {"monitoring": {"rules": False, "dashboards": {"enabled": False}}})
    assert len(render(off, chart=chart)) == len(some) - 2


def test_alerts_link_to_where_operators_read():
    values = merged(
        TRIAL, {"monitoring": {"enabled": True, "runbooks": "https://wiki.test/alerts"}}
    )
    (rule,) = of_kind(render(values), "PrometheusRule")
    links = [
        each["annotations"]["runbook_url"]
        for group in rule["spec"]["groups"]
        for each in group["rules"]
        if "alert" in each
    ]
    assert links
    assert all(link.startswith("https://wiki.test/alerts#") for link in links)


def test_the_hooks_script_is_python_and_in_its_config_map():
    script = named(render(TRIAL), "ConfigMap", "rookery-test")["data"]["test.py"]
    assert script.strip() == (CHART / "files/test.py").read_text().strip()
    subprocess.run(
        [sys.executable, "-c", "import ast, sys; ast.parse(sys.stdin.read())"],
        input=script,
        text=True,
        check=True,
    )


def notes(values, chart):
    """NOTES.txt, which `helm template` does not show, as an object that it does."""
    source = (chart / "templates/NOTES.txt").read_text()
    (chart / "templates/notes.yaml").write_text(
        '{{ define "notes" }}'
        + source
        + '{{ end }}\nkind: Notes\nmetadata: {name: notes}\ntext: {{ include "notes" . | quote }}\n'
    )
    return named(render(values, chart=chart), "Notes", "notes")["text"]


def test_the_notes_of_a_trial_say_what_is_not_safe(chart):
    said = notes(TRIAL, chart)
    assert "MLFLOW_TRACKING_URI=https://rookery-gateway.ml.svc:5000" in said
    assert "mount the ConfigMap rookery-ca" in said
    assert "Whoever reaches it may do everything" in said
    assert "PostgreSQL is one pod without a replica" in said
    assert "The certificate is the chart's own" in said
    assert "data-rookery-postgresql-0" in said


def test_the_notes_of_a_closed_installation_warn_of_nothing(chart):
    closed = merged(
        CASES["closed network"], {"tls": {"certManager": {"issuerRef": {"name": "ca"}}}}
    )
    said = notes(closed, chart)
    assert "Not safe" not in said
    assert "MLFLOW_TRACKING_TOKEN" in said


def test_the_notes_tell_pods_how_to_find_their_nodes_sidecar(chart):
    said = notes(merged(EXTERNAL, DAEMON_SET), chart)
    assert "fieldPath: status.hostIP" in said
    assert "http://$(NODE_IP):5599" in said


def test_the_charts_have_the_programs_version():
    version = (
        (CHART.parents[1] / "CMakeLists.txt")
        .read_text()
        .partition("project(rookery VERSION ")[2]
        .split()[0]
    )
    for name in ("rookery", "rookery-sidecar"):
        chart = yaml.safe_load((CHART.parent / name / "Chart.yaml").read_text())
        assert (chart["version"], chart["appVersion"]) == (version, version)
    library = yaml.safe_load((CHART.parent / "rookery-sidecar/values.yaml").read_text())
    assert library["image"]["tag"] == version


def test_the_readmes_job_is_valid_and_restricted():
    text = (CHART / "README.md").read_text()
    (block,) = re.findall(r"^```yaml\n(apiVersion: batch/v1\nkind: Job.*?)^```", text, re.M | re.S)
    job = yaml.safe_load(block)
    kubernetes_validate.validate(job, "1.34", strict=True)
    pod = job["spec"]["template"]
    assert list(violations(pod)) == []
