"""Services find their pods, probes their ports, certificates their names."""

import base64
import subprocess

import pytest
import yaml

from tests.helm.cases import CASES, EXTERNAL, MUTUAL, SERVICES, SHARED_VOLUME, TRIAL, merged
from tests.helm.charts import (
    CHART,
    containers_of,
    helm,
    label,
    named,
    of_kind,
    pods_of,
    readme_example,
    render,
)


def matches(selector, labels):
    return selector.items() <= labels.items()


@pytest.mark.parametrize("case", CASES)
def test_selectors_match_the_pods_of_their_own_component_and_no_others(case):
    objects = render(CASES[case])
    pods = [pod for _, pod in pods_of(objects)]
    selectors = [(each, each["spec"]["selector"]) for each in of_kind(objects, "Service")] + [
        (each, each["spec"]["selector"]["matchLabels"])
        for each in of_kind(
            objects, "Deployment", "StatefulSet", "DaemonSet", "PodDisruptionBudget", "PodMonitor"
        )
    ]
    assert len(selectors) > 8
    for thing, selector in selectors:
        found = {label(pod) for pod in pods if matches(selector, pod["metadata"]["labels"])}
        assert found == {label(thing)}, thing["metadata"]["name"]


@pytest.mark.parametrize("case", CASES)
def test_ports_that_are_named_exist(case):
    objects = render(CASES[case])
    by_component = {label(pod): pod for _, pod in pods_of(objects)}
    for service in of_kind(objects, "Service"):
        ports = ports_of(by_component[label(service)])
        assert all(port["targetPort"] in ports for port in service["spec"]["ports"])
    for monitor in of_kind(objects, "PodMonitor"):
        ports = ports_of(by_component[label(monitor)])
        assert all(each["port"] in ports for each in monitor["spec"]["podMetricsEndpoints"])
    for monitor in of_kind(objects, "ServiceMonitor"):
        selector = monitor["spec"]["selector"]["matchLabels"]
        services = [
            each
            for each in of_kind(objects, "Service")
            if matches(selector, each["metadata"]["labels"])
        ]
        assert services
        ports = {port["name"] for each in services for port in each["spec"]["ports"]}
        assert all(each["port"] in ports for each in monitor["spec"]["endpoints"])
    for _, pod in pods_of(objects):
        for container in containers_of(pod):
            own = {each["name"] for each in container.get("ports", [])}
            numbers = {each["containerPort"] for each in container.get("ports", [])}
            for kind in ("startup", "liveness", "readiness"):
                probe = container.get(f"{kind}Probe")
                if probe and "exec" not in probe:
                    (how,) = {"httpGet", "tcpSocket", "grpc"} & probe.keys()
                    assert probe[how]["port"] in own | numbers


def ports_of(pod):
    return {port["name"] for each in containers_of(pod) for port in each.get("ports", [])}


def probes_of(values, name):
    container = named(render(values), "Deployment", f"rookery-{name}")["spec"]["template"]["spec"][
        "containers"
    ][0]
    return container["livenessProbe"], container["readinessProbe"]


def test_the_kubelet_can_ask_what_it_is_told_to():
    assert probes_of(EXTERNAL, "tracking")[1]["httpGet"] == {"path": "/ready", "port": "admin"}
    assert probes_of(EXTERNAL, "gateway")[1]["httpGet"]["scheme"] == "HTTPS"
    plain = merged(TRIAL, {"tls": {"enabled": False}})
    assert probes_of(plain, "tracking")[1]["grpc"] == {"port": 5101}
    assert probes_of(plain, "tracking")[0]["httpGet"] == {"path": "/health", "port": "admin"}
    assert probes_of(plain, "gateway")[1]["httpGet"]["scheme"] == "HTTP"
    mutual = merged(EXTERNAL, MUTUAL)
    assert all(probe["tcpSocket"] == {"port": "http"} for probe in probes_of(mutual, "gateway"))


def test_grpc_services_are_headless_and_called_by_names_that_certificates_hold(tmp_path):
    objects = render(EXTERNAL)
    held = names_of_certificate(objects, tmp_path)
    for name, port in {"tracking": 5101, "registry": 5102, "artifact": 5103}.items():
        service = named(objects, "Service", f"rookery-{name}")["spec"]
        assert service["clusterIP"] == "None"
        assert service["publishNotReadyAddresses"] is False
        assert [each["port"] for each in service["ports"]] == [port, port + 10]
        full = f"rookery-{name}.ml.svc.cluster.local"
        assert {
            f"rookery-{name}",
            f"rookery-{name}.ml",
            f"rookery-{name}.ml.svc",
            full,
            f"*.{full}",
        } <= held
    gateway = named(objects, "Deployment", "rookery-gateway")["spec"]["template"]["spec"][
        "containers"
    ][0]
    for name, port in {"tracking": 5101, "registry": 5102, "artifact": 5103}.items():
        assert f"--{name}=dns:///rookery-{name}:{port}" in gateway["args"]
    (allowed,) = [each for each in gateway["args"] if each.startswith("--allowed-hosts=")]
    assert set(allowed.partition("=")[2].split(",")) <= held


def names_of_certificate(objects, folder):
    """What a TLS library reads in it, after it has found it to be the authority's."""
    data = named(objects, "Secret", "rookery-tls")["data"]
    for name, content in data.items():
        (folder / name).write_bytes(base64.b64decode(content))
    verify = ["openssl", "verify", "-CAfile", folder / "ca.crt", folder / "tls.crt"]
    subprocess.run(verify, check=True, capture_output=True)
    shown = subprocess.run(
        ["openssl", "x509", "-in", folder / "tls.crt", "-noout", "-text"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert "TLS Web Server Authentication, TLS Web Client Authentication" in shown
    (line,) = [each for each in shown.splitlines() if "DNS:" in each]
    return {each.strip().removeprefix("DNS:") for each in line.split(",")}


def test_extra_names_and_those_of_ways_in_are_in_the_certificate(tmp_path):
    values = merged(
        EXTERNAL,
        {
            "tls": {"extraDnsNames": ["more.example.org"]},
            "ingress": {"enabled": True, "hosts": ["in.example.org"]},
        },
    )
    assert {"more.example.org", "in.example.org"} <= names_of_certificate(render(values), tmp_path)
    manager = merged(values, {"tls": {"certManager": {"issuerRef": {"name": "ca"}}}})
    (certificate,) = of_kind(render(manager), "Certificate")
    assert {"more.example.org", "in.example.org", "rookery-tracking"} <= set(
        certificate["spec"]["dnsNames"]
    )


def test_the_public_authority_is_published_and_its_key_is_not():
    objects = render(EXTERNAL)
    (public,) = [
        each for each in of_kind(objects, "ConfigMap") if each["metadata"]["name"] == "rookery-ca"
    ]
    assert public["data"].keys() == {"ca.crt"}
    secret = named(objects, "Secret", "rookery-tls")
    assert (
        base64.b64decode(secret["data"]["ca.crt"]).decode().strip()
        == public["data"]["ca.crt"].strip()
    )
    known = CASES["a known authority"]
    (public,) = [
        each
        for each in of_kind(render(known), "ConfigMap")
        if each["metadata"]["name"] == "rookery-ca"
    ]
    assert "AAAA" in public["data"]["ca.crt"]
    # No pod but the hooks' own tools may read the CA's key.
    assert not any("rookery-ca-key" in yaml.safe_dump(pod) for _, pod in pods_of(objects))


def test_one_volume_is_never_wanted_by_two_pods():
    one = named(render(EXTERNAL), "Deployment", "rookery-artifact")["spec"]
    assert one["strategy"] == {"type": "Recreate"}
    many = named(render(merged(EXTERNAL, SHARED_VOLUME)), "Deployment", "rookery-artifact")["spec"]
    assert many["strategy"]["type"] == "RollingUpdate"


def test_what_holds_data_outlives_the_release():
    objects = render(TRIAL)
    for kind, name in (
        ("PersistentVolumeClaim", "rookery-artifacts"),
        ("Secret", "rookery-postgresql"),
    ):
        assert (
            named(objects, kind, name)["metadata"]["annotations"]["helm.sh/resource-policy"]
            == "keep"
        )


def test_autoscaling_takes_the_number_of_replicas_over():
    objects = render(CASES["autoscaling"])
    for name in SERVICES:
        assert "replicas" not in named(objects, "Deployment", f"rookery-{name}")["spec"]
        scaler = named(objects, "HorizontalPodAutoscaler", f"rookery-{name}")
        assert scaler["spec"]["scaleTargetRef"]["name"] == f"rookery-{name}"


def test_the_schema_is_upgraded_before_pods_come_and_before_the_install_where_it_can_be():
    def hook(values):
        job = named(render(values), "Job", "rookery-migration")
        return job["metadata"]["annotations"]["helm.sh/hook"]

    assert hook(EXTERNAL) == "pre-install,pre-upgrade"
    assert hook(TRIAL) == "pre-upgrade"


def test_programs_wait_for_the_database_that_comes_up_beside_them():
    for name in ("tracking", "registry"):
        spec = named(render(TRIAL), "Deployment", f"rookery-{name}")["spec"]["template"]["spec"]
        assert [each["name"] for each in spec["initContainers"]] == ["wait-for-postgresql"]
        external = named(render(EXTERNAL), "Deployment", f"rookery-{name}")["spec"]["template"][
            "spec"
        ]
        assert "initContainers" not in external


def test_the_archive_has_what_the_chart_needs(tmp_path):
    helm("package", CHART, "--destination", tmp_path)
    (archive,) = tmp_path.iterdir()
    assert archive.name == "rookery-0.1.0.tgz"
    assert len(render(TRIAL, chart=archive)) == len(render(TRIAL))


def test_large_numbers_in_values_stay_numbers():
    bundled = CASES["bundled database, settings, a Secret"]
    user = {"postgresql": {"podSecurityContext": {"runAsUser": 1000650000}}}
    slow = {"migration": {"activeDeadlineSeconds": 1000000}}
    objects = render(merged(bundled, user, slow))
    pod = named(objects, "StatefulSet", "rookery-postgresql")["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsUser"] == 1000650000
    assert "work_mem=1048576" in pod["containers"][0]["args"]
    assert "random_page_cost=1.1" in pod["containers"][0]["args"]
    job = named(objects, "Job", "rookery-migration")["spec"]
    assert job["activeDeadlineSeconds"] == 1000000
    assert isinstance(job["activeDeadlineSeconds"], int)


def host_folders(objects):
    return {
        volume["hostPath"]["path"]
        for _, pod in pods_of(objects)
        for volume in pod["spec"].get("volumes", [])
        if "hostPath" in volume
    }


def test_the_adopter_of_a_release_looks_where_its_sidecars_are_and_nowhere_else(tmp_path):
    """Or it would send what another server's sidecars have left."""
    adopter = merged(TRIAL, {"sidecar": {"daemonSet": {"enabled": True, "serve": False}}})
    found = host_folders(render(adopter))
    assert found == {"/var/lib/rookery-sidecar/ml-rookery"}
    upstream = {"fullname": "rookery", "namespace": "ml"}
    values = {"rookery-sidecar": {"spool": {"kind": "hostPath"}, "upstream": upstream}}
    assert host_folders(render(values, chart=readme_example(tmp_path))) == found
