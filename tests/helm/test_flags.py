"""Programs know every flag that the charts give them, and are given what they need."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.helm.cases import CASES, EXTERNAL, ISSUERS, MUTUAL, TRIAL, merged
from tests.helm.charts import ROOT, containers_of, named, pods_of, readme_example, render

BIN = Path(os.environ.get("ROOKERY_BIN_DIR", ROOT / "build/release/bin"))
COMMANDS = {"rookery": 2, "rookery-sidecar": 1}


def program_of(container):
    """The program, if the image is one of ours."""
    name = re.split("[:@]", container["image"].rsplit("/", 1)[-1])[0]
    return name if name.startswith("rookery") else None


def help_of(program, *command):
    done = subprocess.run([BIN / program, *command, "--help"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def known_flags(program, *command):
    words = help_of(program, *command)
    return set(re.findall(r"(?<![\w-])(--[a-z][a-z0-9-]*)", words))


def given():
    """{(program, command...): flags} over all cases."""
    result = {}
    for values in CASES.values():
        for _, pod in pods_of(render(values)):
            for container in containers_of(pod):
                note(result, container)
    return result


def note(result, container):
    program = program_of(container)
    if program:
        args = container["args"]
        depth = COMMANDS.get(program, 0)
        flags = {each.partition("=")[0] for each in args[depth:] if each.startswith("-")}
        result.setdefault((program, *args[:depth]), set()).update(flags)


@pytest.fixture(scope="module")
def all_given(tmp_path_factory):
    result = given()
    for kind in ("emptyDir", "hostPath"):
        values = {
            "rookery-sidecar": {
                "spool": {"kind": kind},
                "upstream": {"clientCertificateSecret": "c"},
            }
        }
        chart = readme_example(tmp_path_factory.mktemp("training"))
        for _, pod in pods_of(render(values, chart=chart)):
            for container in containers_of(pod):
                note(result, container)
    return result


def test_all_programs_are_looked_at(all_given):
    assert all_given.keys() == {
        ("rookery", "db", "upgrade"),
        ("rookery-artifact",),
        ("rookery-gateway",),
        ("rookery-registry",),
        ("rookery-sidecar", "adopt"),
        ("rookery-sidecar", "run"),
        ("rookery-tracking",),
    }


@pytest.mark.parametrize(
    "command",
    [
        ("rookery", "db", "upgrade"),
        ("rookery-artifact",),
        ("rookery-gateway",),
        ("rookery-registry",),
        ("rookery-sidecar", "adopt"),
        ("rookery-sidecar", "run"),
        ("rookery-tracking",),
    ],
    ids=" ".join,
)
def test_the_program_knows_its_flags(command, all_given):
    assert all_given[command] - known_flags(*command) == set()


def test_the_check_finds_a_flag_that_there_is_not():
    assert "--listen" in known_flags("rookery-tracking")
    assert "--lisen" not in known_flags("rookery-tracking")


def help_of_flag(flag, *command):
    """The lines of a flag in --help, up to the next one."""
    (words,) = re.findall(rf"^ +(?:-\w,)?{flag}\b.*\n(?:^ {{20,}}\S.*\n)*", help_of(*command), re.M)
    return words


def test_programs_serve_the_paths_that_probes_and_hooks_ask_for(tmp_path):
    """As the help of the flag says that opens the port. The gateway's does not name its paths."""
    charts = [render(values) for values in CASES.values()]
    charts.append(render({}, chart=readme_example(tmp_path)))
    asked = set()
    for container in (
        c for objects in charts for _, pod in pods_of(objects) for c in containers_of(pod)
    ):
        program = program_of(container)
        ports = {each["name"]: each["containerPort"] for each in container.get("ports", [])}
        for kind in ("startupProbe", "livenessProbe", "readinessProbe"):
            get = container.get(kind, {}).get("httpGet")
            if get and program != "rookery-gateway":
                flags = [a for a in container["args"] if a.endswith(f":{ports[get['port']]}")]
                (flag,) = {each.partition("=")[0] for each in flags}
                command = (program, *container["args"][: COMMANDS.get(program, 0)])
                asked.add((command, flag, get["path"]))
    asked.add((("rookery-sidecar", "run"), "--metrics", "/flush"))
    assert len(asked) == 3 * 2 + 3 + 2 + 1
    for command, flag, path in asked:
        assert re.search(rf"{path}\b", help_of_flag(flag, *command)), (command, path)


def args_of(values, name):
    deployment = named(render(values), "Deployment", f"rookery-{name}")
    return deployment["spec"]["template"]["spec"]["containers"][0]["args"]


def test_all_four_are_told_the_same_of_tokens():
    values = merged(EXTERNAL, ISSUERS)
    told = [
        [each for each in args_of(values, name) if each.startswith("--token")]
        for name in ("gateway", "tracking", "registry", "artifact")
    ]
    assert told[0] == [
        "--token-issuer=https://login.example.org,https://other.example.org",
        "--token-keys=https://login.example.org/keys,/etc/rookery/token-keys-1/k.json",
        "--token-tenant=t1,t2",
        "--token-audience=api://rookery",
        "--token-app=app",
        "--token-keys-ca=/etc/rookery/token-keys-ca/ca.crt",
    ]
    assert told.count(told[0]) == 4


def test_every_file_that_a_flag_names_is_mounted(tmp_path):
    charts = [render(values) for values in CASES.values()]
    charts.append(render({}, chart=readme_example(tmp_path)))
    seen = 0
    for objects in charts:
        for owner, pod in pods_of(objects):
            claims = owner["spec"].get("volumeClaimTemplates", [])
            volumes = {each["name"] for each in pod["spec"].get("volumes", [])}
            volumes |= {each["metadata"]["name"] for each in claims}
            for container in containers_of(pod):
                mounts = container.get("volumeMounts", [])
                assert {each["name"] for each in mounts} <= volumes
                folders = [each["mountPath"] for each in mounts]
                for arg in container.get("args", []):
                    for path in re.findall(r"[=,](/[^,]*)", arg):
                        seen += 1
                        assert any(f"{path}/".startswith(f"{each}/") for each in folders), arg
    assert seen > 200


def test_a_secret_comes_by_the_environment_alone():
    for values in (TRIAL, EXTERNAL):
        for name in ("tracking", "registry"):
            deployment = named(render(values), "Deployment", f"rookery-{name}")
            container = deployment["spec"]["template"]["spec"]["containers"][0]
            assert not any("postgres" in each for each in container["args"])
            environment = {each["name"]: each for each in container["env"]}
            uri = environment["ROOKERY_BACKEND_STORE_URI"]
            if values is TRIAL:
                assert uri["value"] == "postgresql://rookery@rookery-postgresql:5432/rookery"
                assert (
                    environment["PGPASSWORD"]["valueFrom"]["secretKeyRef"]["name"]
                    == "rookery-postgresql"
                )
            else:
                assert uri["valueFrom"]["secretKeyRef"] == {"name": "database", "key": "uri"}


def test_the_databases_certificate_is_checked_where_its_authority_is_known():
    objects = render(CASES["a database with an authority, a proxy"])
    for kind, name in (
        ("Deployment", "tracking"),
        ("Deployment", "registry"),
        ("Job", "migration"),
    ):
        pod = named(objects, kind, f"rookery-{name}")["spec"]["template"]["spec"]
        (container,) = pod["containers"]
        environment = {each["name"]: each.get("value") for each in container["env"]}
        assert environment["PGSSLMODE"] == "verify-full"
        assert environment["PGSSLROOTCERT"] == "/etc/rookery/database-ca/ca.pem"
        assert "/etc/rookery/database-ca" in {
            each["mountPath"] for each in container["volumeMounts"]
        }
        assert environment.get("HTTPS_PROXY") == (None if kind == "Job" else "http://proxy:3128")


def test_mutual_tls_is_told_to_both_sides():
    values = merged(EXTERNAL, MUTUAL)
    for name in ("tracking", "registry", "artifact"):
        assert "--tls-client-ca=/etc/rookery/tls/ca.crt" in args_of(values, name)
    for name in ("gateway", "registry", "artifact"):
        assert "--tls-channel-cert=/etc/rookery/tls/tls.crt" in args_of(values, name)
    assert "--tls-client-ca=/etc/rookery/gateway-clients/ca.crt" in args_of(values, "gateway")


def test_characters_of_yaml_in_values_reach_the_program_as_they_are():
    odd = 'https://x.example.org: #1 "quoted" {a}'
    values = merged(EXTERNAL, {"gateway": {"corsAllowedOrigins": [odd]}})
    assert f"--cors-allowed-origins={odd}" in args_of(values, "gateway")
