"""What would not work, or not be safe, is refused in words that say what to do."""

import pytest

from tests.helm.cases import DAEMON_SET, EXTERNAL, MUTUAL, TRIAL, merged
from tests.helm.charts import CHART, RefusedError, readme_example, text

TEACHING = {
    "nobody is asked": (
        {"postgresql": {"enabled": True}},
        ["auth.entra.tenants", "insecureAllowUnauthenticated=true"],
    ),
    "certificates at the gateway alone": (
        merged(TRIAL, {"tls": {"clientCertificates": {"gateway": True}}}),
        ["tls.clientCertificates.enabled"],
    ),
    "certificates behind the gateway alone": (
        {"postgresql": {"enabled": True}, "tls": {"clientCertificates": {"enabled": True}}},
        ["auth.entra.tenants"],
    ),
    "tokens and nobody asked": (
        merged(EXTERNAL, {"auth": {"insecureAllowUnauthenticated": True}}),
        ["is for a trial"],
    ),
    "no audience": (merged(EXTERNAL, {"auth": {"audiences": []}}), ["auth.audiences={api://"]),
    "issuers without tenants": (
        merged(EXTERNAL, {"auth": {"issuers": [{"issuer": "i", "keys": "https://k"}]}}),
        ["auth.tenants"],
    ),
    "an issuer without keys": (
        merged(EXTERNAL, {"auth": {"tenants": ["t"], "issuers": [{"issuer": "i"}]}}),
        ["keysConfigMap"],
    ),
    "Azure's API for any app": (
        merged(EXTERNAL, {"auth": {"allowAzureManagement": True}}),
        ["auth.apps"],
    ),
    "no database": (
        {"auth": {"insecureAllowUnauthenticated": True}},
        [
            "kubectl --namespace ml create secret generic",
            "--from-literal=uri='postgresql://",
            "postgresql.enabled=true",
        ],
    ),
    "two databases": (merged(TRIAL, {"database": {"existingSecret": "d"}}), ["Set one"]),
    "two certificates": (
        merged(
            TRIAL, {"tls": {"existingSecret": "s", "certManager": {"issuerRef": {"name": "n"}}}}
        ),
        ["Set one"],
    ),
    "client certificates without TLS": (
        merged(TRIAL, {"tls": {"enabled": False, "clientCertificates": {"enabled": True}}}),
        ["needs tls.enabled"],
    ),
    "replicas on one volume": (
        merged(TRIAL, {"artifact": {"replicas": 2}}),
        ["ReadWriteMany", "artifact.replicas=1"],
    ),
    "autoscaling on one volume": (
        merged(TRIAL, {"artifact": {"autoscaling": {"enabled": True}}}),
        ["ReadWriteMany"],
    ),
    "an ingress for no name": (merged(TRIAL, {"ingress": {"enabled": True}}), ["ingress.hosts"]),
    "a route of no Gateway": (
        merged(TRIAL, {"gatewayApi": {"enabled": True}}),
        ["gatewayApi.parentRefs"],
    ),
    "an ingress before client certificates": (
        merged(EXTERNAL, MUTUAL, {"ingress": {"enabled": True, "hosts": ["h"]}}),
        ["route=TLSRoute"],
    ),
    "TLS passed through to nowhere": (
        merged(
            TRIAL,
            {
                "tls": {"enabled": False},
                "gatewayApi": {
                    "enabled": True,
                    "route": "TLSRoute",
                    "parentRefs": [{"name": "g"}],
                    "hostnames": ["h"],
                },
            },
        ),
        ["needs tls.enabled"],
    ),
    "a node's port that nobody guards": (
        merged(
            EXTERNAL,
            DAEMON_SET,
            {"sidecar": {"daemonSet": {"insecureAllowUnauthenticated": False}}},
        ),
        ["port 5599 of a node", "insecureAllowUnauthenticated=true", "serve=false"],
    ),
    "a sidecar without a token": (
        merged(EXTERNAL, DAEMON_SET, {"sidecar": {"token": {"existingSecret": ""}}}),
        ["sidecar.token.existingSecret=NAME"],
    ),
    "a sidecar without a certificate": (
        merged(EXTERNAL, MUTUAL, DAEMON_SET),
        ["sidecar.clientCertificate.existingSecret=NAME"],
    ),
    "an empty DaemonSet": (
        merged(
            EXTERNAL,
            DAEMON_SET,
            {"sidecar": {"daemonSet": {"serve": False}, "adopter": {"enabled": False}}},
        ),
        ["nothing to run"],
    ),
}


@pytest.mark.parametrize("why", TEACHING)
def test_what_would_not_work_or_not_be_safe_is_refused_with_words(why):
    values, words = TEACHING[why]
    with pytest.raises(RefusedError) as refused:
        text(values)
    for each in words:
        assert each in str(refused.value)


def test_every_refusal_of_the_templates_is_tried_above():
    refusals = (CHART / "templates/_checks.tpl").read_text().count("fail ")
    assert refusals == len(TEACHING) - 2  # two cases each of the first and of several replicas


LIBRARY_TEACHING = {
    "a volume that evicts": ({"spool": {"max": "2GiB"}}, "at least 1.25 times"),
    "two tokens": ({"token": {"secret": "s", "file": "/f"}}, "not both"),
    "an artifact service alone": ({"upstream": {"artifact": "rookery://a:1"}}, "tracking is given"),
}


@pytest.mark.parametrize("why", LIBRARY_TEACHING)
def test_the_library_refuses_with_words(why, tmp_path):
    values, words = LIBRARY_TEACHING[why]
    with pytest.raises(RefusedError, match=words):
        text({"rookery-sidecar": values}, chart=readme_example(tmp_path))
