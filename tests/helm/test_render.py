"""Every case renders, lints, and is what Kubernetes' schemas know."""

import json

import kubernetes_validate
import pytest
from kubernetes_validate.utils import SchemaNotFoundError

from tests.helm.cases import CASES, TRIAL, merged
from tests.helm.charts import CHART, LIBRARY, helm, of_kind, readme_example, render, text

# The oldest that the chart takes, the one that it is tried on, the newest with a schema.
VERSIONS = ("1.29", "1.34", "1.37")
# Kinds of operators, of which there is no schema here, and what each must have at least.
CUSTOM = {
    "Certificate": ("cert-manager.io/v1", {"secretName", "issuerRef", "dnsNames"}),
    "HTTPRoute": ("gateway.networking.k8s.io/v1", {"parentRefs", "hostnames", "rules"}),
    "TLSRoute": ("gateway.networking.k8s.io/v1alpha2", {"parentRefs", "hostnames", "rules"}),
    "BackendTLSPolicy": ("gateway.networking.k8s.io/v1", {"targetRefs", "validation"}),
    "ServiceMonitor": ("monitoring.coreos.com/v1", {"selector", "endpoints"}),
    "PodMonitor": ("monitoring.coreos.com/v1", {"selector", "podMetricsEndpoints"}),
    "PrometheusRule": ("monitoring.coreos.com/v1", {"groups"}),
}


def is_valid(thing, version):
    try:
        kubernetes_validate.validate(thing, version, strict=True)
    except SchemaNotFoundError:
        api, needed = CUSTOM[thing["kind"]]
        assert thing["apiVersion"] == api
        assert needed <= set(thing["spec"])


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("version", VERSIONS)
def test_kubernetes_knows_all_that_is_rendered(case, version):
    objects = render(CASES[case], kubernetes=f"{version}.0")
    assert len(objects) > 15
    for thing in objects:
        is_valid(thing, version)
        assert thing["metadata"]["namespace"] == "ml", thing["metadata"]
        assert len(thing["metadata"]["name"]) <= 63
    keys = [(each["kind"], each["metadata"]["name"]) for each in objects]
    assert len(keys) == len(set(keys))


def test_the_validator_refuses_what_kubernetes_would():
    (first, *_) = of_kind(render(TRIAL), "Deployment")
    first["spec"]["replcas"] = 1
    with pytest.raises(kubernetes_validate.ValidationError):
        is_valid(first, VERSIONS[0])


@pytest.mark.parametrize("case", CASES)
def test_lint_is_strict(case, tmp_path):
    values = tmp_path / "values.yaml"
    values.write_text(json.dumps(CASES[case]))
    helm("lint", "--strict", CHART, "--values", values)


def test_the_library_lints_and_its_readmes_example_is_valid(tmp_path):
    helm("lint", "--strict", LIBRARY)
    chart = readme_example(tmp_path)
    for version in VERSIONS:
        for thing in render({}, chart=chart, kubernetes=f"{version}.0"):
            is_valid(thing, version)


def test_an_old_kubernetes_is_refused_and_one_without_the_sleep_hook_has_none():
    with pytest.raises(Exception, match="kubeVersion"):
        text(TRIAL, kubernetes="1.28.0")
    assert "preStop" not in text(TRIAL, kubernetes="1.29.0")
    assert text(TRIAL, kubernetes="1.30.0").count("sleep: {seconds: 5}") == 4


def test_a_pod_has_time_to_drain():
    for deployment in of_kind(render(merged(TRIAL, {"drainSeconds": 60})), "Deployment"):
        assert deployment["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] == 75


def test_long_names_stay_within_what_kubernetes_takes():
    long = merged(TRIAL, {"fullnameOverride": "r" * 40, "monitoring": {"enabled": True}})
    assert all(len(each["metadata"]["name"]) <= 63 for each in render(long))
