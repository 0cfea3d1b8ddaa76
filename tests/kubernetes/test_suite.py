"""What a platform engineer does to a release, and what happens to it, with nothing lost."""

import contextlib
import json
import threading

import pytest

from tests.kubernetes.cluster import PATIENCE
from tests.kubernetes.installation import CLIENT_IMAGE
from tests.support.waiting import wait_for

POINTS = 200
SERVICES = ["tracking", "registry", "artifact", "gateway"]


class Load:
    """inside/load.py in the client's pod; `result` once it was told to stop."""

    def __init__(self, rookery, name):
        self._cluster = rookery.cluster
        self._thread = threading.Thread(target=self._run, args=[name])
        self.result = None

    def _run(self, name):
        said = self._cluster.python("client", "load.py", name, seconds=1200)
        self.result = json.loads(said.splitlines()[-1])

    def _touch(self, words):
        self._cluster.kubectl("exec", "client", "--", "python", "-c", words)

    def __enter__(self):
        self._touch("import os; [os.path.exists(f) and os.remove(f) for f in ['started', 'stop']]")
        self._thread.start()
        wait_for(self._has_started)
        return self

    def _has_started(self):
        with contextlib.suppress(AssertionError):
            self._touch("open('started')")
            return True

    def __exit__(self, *_):
        self._touch("open('stop', 'w')")
        self._thread.join()


def lost_nothing(load, tell):
    tell(load.result)
    assert load.result["failures"] == []
    assert load.result["lost"] == 0
    assert min(load.result["calls"].values()) > 0


def test_helm_test_logs_a_run_and_reads_it_back(rookery):
    assert "Phase:          Succeeded" in rookery.cluster.helm("test", "rookery", "--timeout", "3m")


def test_the_penguins_as_a_job_with_the_native_sidecar(rookery, tell):
    rookery.worker("penguins")
    said = rookery.cluster.job_ends("penguins")
    assert "The champion from the registry is right for" in said
    (run,) = rookery.runs("Penguin-ADB-MLflow-AML").values()
    assert run["status"] == "FINISHED"
    assert run["points"]["train_loss"] == 30
    tell(run)


def test_the_sidecar_drains_when_the_main_container_has_ended(rookery, tell):
    rookery.worker(
        "short",
        "--set",
        "script=log_some.py",
        "--set",
        "env.EXPERIMENT=short",
        "--set-string",
        f"env.POINTS={POINTS}",
    )
    rookery.cluster.job_ends("short")
    (run,) = rookery.runs("short").values()
    assert run == {"status": "FINISHED", "points": {"loss": POINTS}}


@pytest.mark.parametrize("service", SERVICES)
def test_pods_of_a_service_end_under_load(rookery, tell, service):
    with Load(rookery, f"end-{service}") as load:
        for how in [["--wait=false"], ["--grace-period=0", "--force"]]:
            pods = rookery.component(service)
            name = pods[0]["metadata"]["name"]
            rookery.cluster.kubectl("delete", "pod", name, *how)
            rookery.cluster.kubectl(
                "rollout", "status", f"deployment/rookery-{service}", "--timeout=120s"
            )
    lost_nothing(load, tell)


def test_an_upgrade_and_a_rollback_under_load(rookery, tell):
    def versions():
        pods = [pod for service in SERVICES for pod in rookery.component(service)]
        return {pod["spec"]["containers"][0]["image"].rpartition(":")[2] for pod in pods}

    before = schema(rookery)
    with Load(rookery, "upgrade") as load:
        rookery.upgrade(tag="next")
        assert versions() == {"next"}
        assert schema(rookery) == before + 1
        rookery.cluster.helm("rollback", "rookery", "--wait", "--timeout", "6m", seconds=400)
        assert versions() == {"test"}
        # The programs before it run on the schema that the upgrade made.
        assert schema(rookery) == before + 1
    lost_nothing(load, tell)


def schema(rookery):
    """The version that tracking's schema has."""
    query = "SELECT max(version) FROM schema_versions WHERE component = 'tracking'"
    words = ["psql", "-U", "rookery", "-d", "rookery", "-tAc", query]
    return int(rookery.cluster.kubectl("exec", "rookery-postgresql-0", "--", *words))


def test_pods_log_through_the_sidecar_of_their_node(rookery):
    rookery.upgrade(
        *("--set", "sidecar.daemonSet.enabled=true"),
        *("--set", "sidecar.daemonSet.insecureAllowUnauthenticated=true"),
    )
    node = {"valueFrom": {"fieldRef": {"fieldPath": "status.hostIP"}}}
    env = [
        {"name": "NODE", **node},
        {"name": "MLFLOW_TRACKING_URI", "value": "http://$(NODE):5599"},
        {"name": "EXPERIMENT", "value": "daemon"},
        {"name": "POINTS", "value": str(POINTS)},
    ]
    container = {
        "name": "train",
        "image": CLIENT_IMAGE,
        "imagePullPolicy": "IfNotPresent",
        "command": ["python", "/scripts/log_some.py"],
        "env": env,
        "volumeMounts": [{"name": "scripts", "mountPath": "/scripts"}],
    }
    volumes = [{"name": "scripts", "configMap": {"name": "scripts"}}]
    pod = {"restartPolicy": "Never", "containers": [container], "volumes": volumes}
    rookery.cluster.apply(
        {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {"name": "daemon"},
            "spec": {"backoffLimit": 0, "template": {"spec": pod}},
        }
    )
    rookery.cluster.job_ends("daemon")
    (run,) = rookery.runs("daemon").values()
    assert run == {"status": "FINISHED", "points": {"loss": POINTS}}


def test_a_full_spool_is_adopted_when_its_pod_was_deleted(rookery, tell):
    """The worker logs while tracking is away, and is deleted with all of it."""
    rookery.upgrade(
        *("--set", "sidecar.daemonSet.enabled=true"),
        *("--set", "sidecar.daemonSet.serve=false"),
        *("--set", "sidecar.adopter.after=10s"),
    )
    rookery.cluster.kubectl("scale", "deployment/rookery-tracking", "--replicas=0")
    wait_for(
        lambda: (
            not rookery.cluster.get("pods", "-l", "app.kubernetes.io/component=tracking")["items"]
        )
    )
    rookery.worker(
        "orphan",
        *("--set", "script=log_some.py", "--set", "rookery-sidecar.spool.kind=hostPath"),
        *("--set", "env.EXPERIMENT=orphan", "--set-string", f"env.POINTS={POINTS}"),
        *("--set-string", "env.HANG=1"),
    )
    wait_for(lambda: "all is logged" in said_by_job(rookery, "orphan"), PATIENCE)
    (pod,) = rookery.cluster.pods("app=orphan")
    rookery.cluster.kubectl("delete", "job", "orphan", "--cascade=orphan")
    rookery.cluster.kubectl("delete", "pod", pod["metadata"]["name"], "--grace-period=0", "--force")
    rookery.cluster.kubectl("scale", "deployment/rookery-tracking", "--replicas=2")
    rookery.cluster.kubectl("rollout", "status", "deployment/rookery-tracking", "--timeout=120s")
    uid = pod["metadata"]["uid"]
    wait_for(
        lambda: f"/{uid}' was left behind, and all of it is upstream now" in rookery.log("sidecar"),
        PATIENCE,
    )
    (run,) = rookery.runs("orphan").values()
    assert run["points"] == {"loss": POINTS}
    tell(run)


def said_by_job(rookery, name):
    with contextlib.suppress(AssertionError):
        return rookery.cluster.kubectl("logs", f"job/{name}", "-c", "train")
    return ""
