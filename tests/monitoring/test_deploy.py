"""What deploy/compose.yaml mounts into Prometheus and Grafana."""

import yaml

from tests.monitoring.alert_rules import RULES, promtool
from tests.monitoring.prometheus import CONFIGURATION
from tests.support.program import ROOT

PROVISIONING = ROOT / "deploy/grafana/provisioning"


def test_promtool_takes_the_configuration(tmp_path):
    """With the rules where they are here."""
    text = CONFIGURATION.read_text()
    assert "/etc/prometheus/rules.yaml" in text
    (tmp_path / "prometheus.yml").write_text(text.replace("/etc/prometheus/rules.yaml", str(RULES)))
    assert "1 rule files found" in promtool("check", "config", tmp_path / "prometheus.yml")


def test_every_program_is_scraped_where_it_exports():
    jobs = yaml.safe_load(CONFIGURATION.read_text())["scrape_configs"]
    targets = [target for job in jobs for target in job["static_configs"][0]["targets"]]
    assert targets == [
        "tracking:5111",
        "registry:5112",
        "artifact:5113",
        "gateway:5000",
        "sidecar:9464",
    ]


def test_grafana_finds_prometheus_and_the_dashboards():
    [source] = yaml.safe_load((PROVISIONING / "datasources/prometheus.yaml").read_text())[
        "datasources"
    ]
    assert source["type"] == "prometheus"
    settings = yaml.safe_load(CONFIGURATION.read_text())["global"]
    assert source["jsonData"]["timeInterval"] == settings["scrape_interval"]
    [provider] = yaml.safe_load((PROVISIONING / "dashboards/rookery.yaml").read_text())["providers"]
    assert provider["options"]["path"] == "/var/lib/grafana/dashboards"
