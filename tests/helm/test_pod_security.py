"""All pods keep Pod Security's profile "restricted", but for the DaemonSet."""

import copy

import pytest

from tests.helm.cases import CASES, DAEMON_SET, EXTERNAL, TRIAL, merged
from tests.helm.charts import containers_of, label, pods_of, readme_example, render
from tests.helm.restricted import violations


@pytest.mark.parametrize("case", CASES)
def test_pods_are_restricted(case):
    pods = [pod for _, pod in pods_of(render(CASES[case])) if label(pod) != "sidecar"]
    assert len(pods) >= 5
    for pod in pods:
        assert list(violations(pod)) == []


@pytest.mark.parametrize("case", CASES)
def test_pods_hold_more_than_the_profile_asks_for(case):
    for _, pod in pods_of(render(CASES[case])):
        assert pod["spec"]["automountServiceAccountToken"] is False
        assert pod["spec"]["enableServiceLinks"] is False
        for container in containers_of(pod):
            assert container["securityContext"]["readOnlyRootFilesystem"] is True
            assert container["resources"]["requests"].keys() >= {"cpu", "memory"}
            assert "memory" in container["resources"]["limits"]


def test_the_daemon_set_has_exactly_the_exceptions_that_values_tell_of():
    (pod,) = [p for _, p in pods_of(render(merged(EXTERNAL, DAEMON_SET))) if label(p) == "sidecar"]
    assert sorted(violations(pod)) == [
        "adopter: adds capability CHOWN",
        "adopter: adds capability DAC_OVERRIDE",
        "adopter: adds capability FOWNER",
        "adopter: runAsNonRoot is not true",
        "adopter: runAsUser 0",
        "sidecar: hostPort 5599",
        "volume spools is of hostPath",
    ]


@pytest.mark.parametrize(
    ("kind", "found"),
    [("emptyDir", []), ("ephemeral", []), ("hostPath", ["volume rookery-spool is of hostPath"])],
)
def test_the_librarys_sidecar_is_restricted_by_the_kind_of_its_spool(kind, found, tmp_path):
    values = {"rookery-sidecar": {"spool": {"kind": kind}}}
    ((_, pod),) = pods_of(render(values, chart=readme_example(tmp_path)))
    assert list(violations(pod)) == found


PLANTED = {
    "hostNetwork": lambda pod: pod["spec"].update(hostNetwork=True),
    "hostPath": lambda pod: pod["spec"]["volumes"].append({"name": "x", "hostPath": {"path": "/"}}),
    "runAsUser 0": lambda pod: pod["spec"]["securityContext"].update(runAsUser=0),
    "runAsNonRoot": lambda pod: pod["spec"]["securityContext"].pop("runAsNonRoot"),
    "seccompProfile": lambda pod: pod["spec"]["securityContext"].pop("seccompProfile"),
    "privileged": lambda pod: _context(pod).update(privileged=True),
    "allowPrivilegeEscalation": lambda pod: _context(pod).pop("allowPrivilegeEscalation"),
    "drop ALL": lambda pod: _context(pod).pop("capabilities"),
    "adds capability": lambda pod: _context(pod)["capabilities"].update(add=["SYS_ADMIN"]),
    "hostPort": lambda pod: pod["spec"]["containers"][0]["ports"][0].update(hostPort=1),
    "procMount": lambda pod: _context(pod).update(procMount="Unmasked"),
    "Unconfined": lambda pod: _context(pod).update(appArmorProfile={"type": "Unconfined"}),
}


def _context(pod):
    return pod["spec"]["containers"][0]["securityContext"]


@pytest.mark.parametrize("words", PLANTED)
def test_a_planted_violation_is_found(words):
    (pod, *_) = [copy.deepcopy(p) for _, p in pods_of(render(TRIAL)) if label(p) == "gateway"]
    PLANTED[words](pod)
    assert any(words in found for found in violations(pod))
