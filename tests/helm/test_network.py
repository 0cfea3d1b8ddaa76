"""Network policies allow the arrows of README.md's picture, and no others.

An edge is there if the caller's policy lets it out and the callee's lets it in. A pod that no
policy selects is restricted by none, so each must be selected.
"""

import itertools

import pytest

from tests.helm.cases import CASES, DAEMON_SET, EXTERNAL, PEER, SCRAPER, SERVICES, TRIAL, merged
from tests.helm.charts import label, of_kind, pods_of, render

ANY = "anybody"
# Who is not of the release: labels of their namespaces, or an address.
OUTSIDERS = {
    "stranger": {"team": "strangers"},
    "workers": {"team": "ml"},
    "prometheus": {"team": "monitoring"},
    "ingress": {"team": "ingress"},
}
ADDRESSES = {"database": "10.1.2.3/32", "issuer": "20.0.0.0/8"}
PORTS = (
    53,
    443,
    3128,
    5000,
    5101,
    5102,
    5103,
    5111,
    5112,
    5113,
    5123,
    5432,
    5433,
    5599,
    9464,
    9465,
)


def selects(selector, labels):
    assert not selector.get("matchExpressions")
    return selector.get("matchLabels", {}).items() <= labels.items()


def is_peer(peer, who):
    """`who` is (namespace's labels, pod's labels, address)."""
    namespace, pod, address = who
    if "ipBlock" in peer:
        return address == peer["ipBlock"]["cidr"]
    if address:
        return False
    if "namespaceSelector" in peer:
        if namespace is None or not selects(peer["namespaceSelector"], namespace):
            return False
    elif namespace is not None:
        return False
    return selects(peer.get("podSelector", {}), pod)


def lets(rules, direction, who, port):
    for rule in rules:
        peers = rule.get(direction)
        ports = [each["port"] for each in rule.get("ports", []) if each["protocol"] == "TCP"]
        if (not peers or any(is_peer(each, who) for each in peers)) and port in ports:
            return True
    return False


def edges(values):
    """{(caller, callee, port)}; of outsiders only what the release's own pods let in or out."""
    objects = render(values)
    pods = {label(pod): pod["metadata"]["labels"] for _, pod in pods_of(objects)}
    policies = {}
    for policy in of_kind(objects, "NetworkPolicy"):
        chosen = [
            name for name, labels in pods.items() if selects(policy["spec"]["podSelector"], labels)
        ]
        assert len(chosen) == 1
        assert policy["spec"]["policyTypes"] == ["Ingress", "Egress"]
        policies[chosen[0]] = policy["spec"]
    assert policies.keys() == pods.keys()
    inside = {name: (None, labels, None) for name, labels in pods.items()}
    outside = {name: (labels, {}, None) for name, labels in OUTSIDERS.items()}
    outside |= {name: (None, {}, cidr) for name, cidr in ADDRESSES.items()}
    found = set()
    for (caller, out), callee, port in itertools.product(policies.items(), policies, PORTS):
        into = policies[callee]["ingress"]
        if lets(out["egress"], "to", inside[callee], port) and lets(
            into, "from", inside[caller], port
        ):
            found.add((caller, callee, port))
    for (name, policy), (other, who), port in itertools.product(
        policies.items(), outside.items(), PORTS
    ):
        if lets(policy["ingress"], "from", who, port):
            found.add((other, name, port))
        if lets(policy["egress"], "to", who, port):
            found.add((name, other, port))
    return found


PICTURE = {
    ("gateway", "tracking", 5101),
    ("gateway", "registry", 5102),
    ("gateway", "artifact", 5103),
    ("registry", "tracking", 5101),
    ("artifact", "tracking", 5101),
    ("test", "gateway", 5000),
}
BUNDLED = {(name, "postgresql", 5432) for name in ("tracking", "registry", "migration")}
NODE_SIDECAR = {
    ("sidecar", "tracking", 5101),
    ("sidecar", "registry", 5102),
    ("sidecar", "artifact", 5103),
}
EVERYBODY = (*OUTSIDERS, *ADDRESSES)


def asks_for_names(*names):
    return {(name, other, 53) for name in names for other in EVERYBODY}


def is_inside(edge):
    return not {edge[0], edge[1]} & set(EVERYBODY)


def test_a_trials_arrows_are_those_of_the_picture():
    found = edges(TRIAL)
    assert {each for each in found if is_inside(each)} == PICTURE | BUNDLED
    # From outside, the gateway and signed URLs alone; to outside, names alone.
    open_ports = {
        (other, name, port)
        for other in EVERYBODY
        for name, port in (("gateway", 5000), ("artifact", 5123))
    }
    names = asks_for_names("gateway", "tracking", "registry", "artifact", "migration", "test")
    assert {each for each in found if not is_inside(each)} == open_ports | names


def test_a_closed_network_has_exactly_the_peers_that_values_name():
    found = edges(CASES["closed network"])
    assert {each for each in found if is_inside(each)} == PICTURE
    assert {each for each in found if not is_inside(each)} == {
        ("ingress", "gateway", 5000),
        ("prometheus", "gateway", 5000),
        ("prometheus", "tracking", 5111),
        ("prometheus", "registry", 5112),
        ("prometheus", "artifact", 5113),
        ("workers", "tracking", 5101),
        ("workers", "registry", 5102),
        ("workers", "artifact", 5103),
        ("workers", "artifact", 5123),
        ("tracking", "database", 5433),
        ("registry", "database", 5433),
        ("migration", "database", 5433),
        *((name, "issuer", 443) for name in SERVICES),
    }


def test_the_daemon_sets_sidecar_calls_the_three_and_nobody_calls_its_metrics():
    found = edges(merged(EXTERNAL, DAEMON_SET))
    assert {each for each in found if is_inside(each)} == PICTURE | NODE_SIDECAR
    assert {(other, port) for other, name, port in found if name == "sidecar"} == {
        (other, 5599) for other in EVERYBODY
    }
    policy = {
        "networkPolicy": {"scrapers": [SCRAPER]},
        "sidecar": {"networkPolicy": {"clients": [PEER]}},
    }
    narrowed = edges(merged(EXTERNAL, DAEMON_SET, policy))
    assert {(other, port) for other, name, port in narrowed if name == "sidecar"} == {
        ("workers", 5599),
        ("prometheus", 9464),
        ("prometheus", 9465),
    }


def test_keys_are_fetched_only_where_tokens_need_them():
    def fetchers(values):
        return {name for name, other, port in edges(values) if (other, port) == ("issuer", 443)}

    assert fetchers(EXTERNAL) == set(SERVICES)
    assert fetchers(TRIAL) == set()
    proxy = edges(CASES["a database with an authority, a proxy"])
    assert {name for name, other, port in proxy if (other, port) == ("issuer", 3128)} == set(
        SERVICES
    )
    files = {
        "auth": {
            "entra": {"tenants": []},
            "tenants": ["t"],
            "issuers": [{"issuer": "https://i", "keysConfigMap": {"name": "k", "key": "k"}}],
        }
    }
    assert fetchers(merged(EXTERNAL, files)) == set()


@pytest.mark.parametrize("case", CASES)
def test_every_pod_has_a_policy_of_its_own(case):
    if CASES[case].get("networkPolicy", {}).get("enabled", True):
        assert edges(CASES[case]) >= PICTURE - {("test", "gateway", 5000)}
