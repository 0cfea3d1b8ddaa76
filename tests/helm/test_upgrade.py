"""What an upgrade finds in the cluster stays: the authority, the certificate, the password."""

import base64
import copy
import time

import pytest

from tests.helm.cases import CASES, EXTERNAL, TRIAL, merged
from tests.helm.charts import named, render
from tests.helm.cluster_answers import serving


@pytest.fixture
def upgraded(tmp_path):
    """A function that renders an upgrade of a cluster that holds `before`."""

    def upgrade(before, values):
        with serving(before, tmp_path) as config:
            return render(values, "--is-upgrade", "--dry-run=server", "--kubeconfig", str(config))

    return upgrade


def data(objects, name):
    return named(objects, "Secret", name)["data"]


MADE = ("rookery-ca-key", "rookery-tls", "rookery-postgresql")


def test_without_a_cluster_each_rendering_makes_others(upgraded):
    first, second = render(TRIAL), upgraded([], TRIAL)
    assert all(data(first, name) != data(second, name) for name in MADE)


def test_what_is_there_is_found_again(upgraded):
    before = render(TRIAL)
    after = upgraded(before, TRIAL)
    for name in MADE:
        assert named(after, "Secret", name) == named(before, "Secret", name)
    assert named(after, "ConfigMap", "rookery-ca") == named(before, "ConfigMap", "rookery-ca")


def test_other_names_take_a_new_certificate_of_the_same_authority(upgraded):
    before = render(TRIAL)
    after = upgraded(before, merged(TRIAL, {"tls": {"extraDnsNames": ["new.example.org"]}}))
    assert data(after, "rookery-ca-key") == data(before, "rookery-ca-key")
    assert data(after, "rookery-tls")["ca.crt"] == data(before, "rookery-tls")["ca.crt"]
    assert data(after, "rookery-tls")["tls.crt"] != data(before, "rookery-tls")["tls.crt"]


def test_a_certificate_in_its_last_third_is_renewed(upgraded):
    before = render(TRIAL)
    secret = named(before, "Secret", "rookery-tls")
    days = 825
    renewal = int(secret["metadata"]["annotations"]["rookery/renew-after"]) - time.time()
    assert 0.6 * days < renewal / 86400 < 0.7 * days

    late = copy.deepcopy(before)
    named(late, "Secret", "rookery-tls")["metadata"]["annotations"]["rookery/renew-after"] = "1"
    after = upgraded(late, TRIAL)
    assert data(after, "rookery-tls")["tls.crt"] != secret["data"]["tls.crt"]
    assert data(after, "rookery-tls")["ca.crt"] == secret["data"]["ca.crt"]


def test_a_secret_that_pods_read_at_their_start_restarts_them_when_it_changes(upgraded):
    def secret(name, version):
        metadata = {"name": name, "namespace": "ml", "resourceVersion": version}
        return {"kind": "Secret", "metadata": metadata, "data": {"uri": "eA==", "key": "eA=="}}

    def annotations(version):
        values = merged(EXTERNAL, {"artifact": {"urlSigningKey": {"existingSecret": "signing"}}})
        objects = upgraded([secret("database", version), secret("signing", version)], values)
        pods = [
            named(objects, "Deployment", f"rookery-{name}")["spec"]["template"]["metadata"]
            for name in ("tracking", "registry", "artifact", "gateway")
        ]
        return [each.get("annotations") for each in pods]

    first, again, other = annotations("7"), annotations("7"), annotations("8")
    assert first == again
    assert [one != two for one, two in zip(first, other, strict=True)] == [True, True, True, False]


def test_the_authority_of_a_secret_is_published_where_it_can_be_looked_up(upgraded):
    secret = {
        "kind": "Secret",
        "metadata": {"name": "certificates", "namespace": "ml", "resourceVersion": "1"},
        "data": {"ca.crt": base64.b64encode(b"the authority").decode()},
    }
    after = upgraded([secret], CASES["mutual TLS"])
    assert named(after, "ConfigMap", "rookery-ca")["data"]["ca.crt"].strip() == "the authority"
