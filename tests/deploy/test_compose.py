"""deploy/compose.yaml names programs, flags, images and files that there are."""

import re
import subprocess

import pytest
import yaml

from tests.support.program import ROOKERY, ROOT

DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
OURS = {name: s for name, s in SERVICES.items() if s["image"].startswith("rookery")}


def image_of(service):
    return service["image"].partition(":")[0]


def flags_of(*command):
    program, *words = command
    done = subprocess.run(
        [ROOKERY.with_name(program), *words, "--help"], capture_output=True, text=True, check=True
    )
    return set(re.findall(r"--[a-z][a-z0-9-]*", done.stdout))


def port_of(service, flag):
    (value,) = (word for word in OURS[service]["command"] if word.startswith(f"{flag}="))
    return int(re.search(r"(\d+)$", value)[1])


@pytest.mark.parametrize("name", OURS)
def test_programs_know_their_flags(name):
    words = OURS[name]["command"]
    commands = [word for word in words if not word.startswith("-")]
    given = {word.partition("=")[0] for word in words if word.startswith("-")}
    assert given - flags_of(image_of(OURS[name]), *commands) == set()


@pytest.mark.parametrize("name", OURS)
def test_everything_of_ours_is_confined(name):
    service = OURS[name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_the_other_programs_are_where_they_are_sought():
    for service in OURS.values():
        for word in service["command"]:
            target = re.search(r"=(?:dns:///|rookery://)(\w+):(\d+)$", word)
            if target:
                assert int(target[2]) == port_of(target[1], "--listen"), word


def test_only_the_loopback_is_published():
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports), ports
    published = {port.split(":")[1] for port in ports}
    assert len(published) == len(ports)


def test_files_that_are_mounted_are_there():
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            if source.startswith("."):
                assert (DEPLOY / source).exists(), source
            else:
                assert source in COMPOSE["volumes"], source


def test_prometheus_scrapes_what_serves_metrics():
    """Each service at the port where it shows them."""
    config = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text())
    targets = {
        target
        for job in config["scrape_configs"]
        for group in job["static_configs"]
        for target in group["targets"]
    }
    shown = {f"{name}:{port_of(name, '--admin')}" for name in ("tracking", "registry", "artifact")}
    shown |= {"gateway:5000", f"sidecar:{port_of('sidecar', '--metrics')}"}
    assert shown <= targets
    # Prometheus names it so, and it serves names that it knows.
    assert "--allowed-hosts=gateway" in OURS["gateway"]["command"]
