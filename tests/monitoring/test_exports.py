"""Rules and dashboards ask only for what programs export, with labels that it has."""

import json
import re

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.monitoring.alert_rules import alerts, all_rules
from tests.monitoring.queries import (
    DASHBOARDS,
    OWN_SERIES,
    TARGET_LABELS,
    dashboard_queries,
    labels_of,
    panels,
    parse,
    recorded,
    uses,
)
from tests.support.adopter import Adopter
from tests.support.certificates import Authority
from tests.support.fault_link import FaultLink
from tests.support.oracle import new_run
from tests.support.program import ROOT
from tests.support.raw import ARTIFACTS, Client
from tests.support.server import Server
from tests.support.sidecar import Sidecar
from tests.support.signed_urls import SignedUrls
from tests.support.split import SplitServer
from tests.support.tokens import Issuer
from tests.support.waiting import wait_for

STREAM = re.compile(r"rpc (\w+)\((stream )?\w+\) returns \((stream )?[\w.]+\)")


def page(url, context=None):
    with Client(url, context=context) as client:
        return client.get("/metrics").body.decode()


def log_metric(client, run_id, step):
    metric = {"run_id": run_id, "key": "loss", "value": 1, "timestamp": step, "step": step}
    return client.post("runs/log-metric", **metric)


def use_all_of(server):
    """Some of every kind of request that makes series."""
    run_id = new_run(server.url)
    with Client(server.url) as client:
        assert log_metric(client, run_id, 1).status == 200
        assert client.ask("PUT", f"{ARTIFACTS}/0/file", b"x", {}).status == 200
        assert client.get(f"{ARTIFACTS}/0/file").body == b"x"
        for status in (200, 400):
            # The second one is refused by the database.
            assert client.post("registered-models/create", name="model").status == status
    url = SignedUrls(server.data, server.folder / "artifacts").blob("signed")
    with Client(server.data) as client:
        path = url.removeprefix(server.data)
        assert client.ask("PUT", path, b"x", {"x-ms-blob-type": "BlockBlob"}).status == 201
    return run_id


def pages_of_everything(folder):
    """What all programs export after a little load."""
    authority = Authority(folder)
    certificate, key = authority.issue("server")
    tls = ["--tls-cert", certificate, "--tls-key", key]
    (folder / "secured").mkdir()
    with (
        Issuer(folder) as issuer,
        SplitServer(folder) as split,
        Server(folder / "secured", *tls, *issuer.flags()) as secured,
        FaultLink(split.tracking) as link,
        Sidecar(folder, link.address) as sidecar,
        Adopter(folder, folder, split.tracking) as adopter,
    ):
        run_id = use_all_of(split)
        with Client(sidecar.url) as client:
            assert log_metric(client, run_id, 3).status == 200
            assert sidecar.flush()
            link.refuse()
            assert log_metric(client, run_id, 4).status == 200
            wait_for(lambda: "rookery_sidecar_forward_retries_total" in page(sidecar.probes))
            link.mend()
        parts = split.parts
        urls = [parts[name].admin for name in ("tracking", "registry", "artifact")]
        urls += [split.url, sidecar.probes, adopter.probes]
        return [page(url) for url in urls] + [page(secured.url, authority.trusting())]


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """The labels of every series that some program exports, or Prometheus or a rule makes."""
    labels = {name: set(of) for name, of in OWN_SERIES.items()}
    for text in pages_of_everything(tmp_path_factory.mktemp("exports")):
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                labels.setdefault(sample.name, set(TARGET_LABELS)).update(sample.labels)
    return recorded(labels)


def check(expression, known):
    for name, wanted in uses(parse(expression)):
        assert name in known, f"nobody exports {name}: {expression}"
        missing = wanted - known[name]
        assert not missing, f"{name} has no {missing}: {expression}"


def test_rules_ask_for_what_there_is(known):
    for rule in all_rules():
        check(rule["expr"], known)


def test_pages_name_what_there_is(known):
    """As whole metrics, or with their suffixes."""
    parts = {re.sub("_(bucket|count|sum)$", "", name) for name in known} | set(known)
    for name in re.findall(r"`[^`]*`", (ROOT / "docs/alerts.md").read_text()):
        for metric in re.findall(r"(?:[a-z_]+:)?(?:rookery|process)_[a-z0-9_:]+", name):
            assert metric in parts, name


def test_alerts_tell_labels_that_they_have(known):
    for name, rule in alerts().items():
        told = set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]))
        assert told <= labels_of(parse(rule["expr"]), known), name


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda file: file.stem)
def test_dashboards_ask_for_what_there_is(dashboard, known):
    for expression, shown in dashboard_queries(dashboard):
        check(expression, known)
        assert shown <= labels_of(parse(expression), known), expression


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda file: file.stem)
def test_a_dashboard_is_tidy(dashboard):
    text = dashboard.read_text()
    assert text == json.dumps(json.loads(text), indent=2) + "\n"
    ids = [panel["id"] for panel in panels(dashboard)]
    assert ids == sorted(set(ids))
    for panel in panels(dashboard):
        assert panel["title"]
        if panel["type"] != "row":
            assert panel["description"].endswith("."), panel["title"]
            assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]
            assert panel["datasource"]["uid"] == "${datasource}"


def test_slowness_is_not_told_of_streams():
    streams = set()
    for file in (ROOT / "protos").glob("rookery/*/v1/*.proto"):
        if "gateway" not in file.parts:
            found = STREAM.findall(file.read_text())
            streams |= {name for name, sent, received in found if sent or received}
    excluded = re.search(r'method!~"([^"]*)"', alerts()["RookeryRpcSlow"]["expr"])[1]
    assert set(excluded.split("|")) == streams


def test_slowness_is_not_told_of_transfers():
    """Which are the routes of streams."""
    excluded = re.search(r'route!~"([^"]*)"', alerts()["RookeryHttpSlow"]["expr"])[1]
    routes = {}
    for file in (ROOT / "protos").glob("rookery/*/v1/*.proto"):
        for rpc in file.read_text().split("\n  rpc ")[1:]:
            is_stream = bool(re.match(r"\w+\(stream |\w+\(\w+\) returns \(stream ", rpc))
            for route in re.findall(r'(?:get|put|post|patch): "([^"]*)"', rpc):
                routes[route] = is_stream
    assert any(routes.values())
    for route, is_stream in routes.items():
        assert bool(re.fullmatch(excluded, route)) == is_stream, route
