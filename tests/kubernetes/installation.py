"""A release of the chart, with tokens and TLS, and a pod with MLflow's client beside it."""

import json
import shutil

from tests.support.program import ROOT
from tests.support.tokens import AUDIENCE, TENANT, Issuer

RELEASE = "rookery"
REGISTRY = "localhost"
CLIENT_IMAGE = f"{REGISTRY}/rookery-test-client:test"
ISSUER = "https://issuer.example"
CHART = ROOT / "helm/rookery"
SCRIPTS = {
    "penguins.py": ROOT / "examples/penguins/train.py",
    "log_some.py": ROOT / "tests/kubernetes/inside/log_some.py",
}


class Installation:
    """In `cluster`, from __enter__ to __exit__; files lie in `folder`.

    `options` are more words for helm.
    """

    def __init__(self, cluster, folder, options):
        self.cluster = cluster
        self._folder = folder
        self._options = options

    def __enter__(self):
        issuer = Issuer(self._folder)
        issuer.url = ISSUER
        keys = json.dumps({"keys": [issuer.key.public()]})
        four_hours = int(issuer.claims()["iat"]) + 4 * 3600
        self.cluster.apply(
            _named("ConfigMap", "token-keys", data={"keys.json": keys}),
            _named("Secret", "client-token", stringData={"key": issuer.token(exp=four_hours)}),
            _named("ConfigMap", "scripts", data={n: p.read_text() for n, p in SCRIPTS.items()}),
        )
        words = ["install", RELEASE, CHART, *self._values("test"), "--wait", "--timeout", "5m"]
        self.cluster.helm(*words, seconds=400)
        self.cluster.apply(self._client())
        self.cluster.kubectl("wait", "--for=condition=Ready", "pod/client", "--timeout=120s")
        return self

    def __exit__(self, *_):
        self.cluster.helm("uninstall", RELEASE, "--wait")

    def upgrade(self, *options, tag="test"):
        words = ["upgrade", RELEASE, CHART, *self._values(tag), *options]
        return self.cluster.helm(*words, "--wait", "--timeout", "6m", seconds=500)

    def component(self, name):
        """The pods of a service."""
        return self.cluster.pods(f"app.kubernetes.io/component={name}")

    def log(self, component):
        selector = f"app.kubernetes.io/component={component}"
        return self.cluster.kubectl("logs", "-l", selector, "--all-containers", "--tail=100")

    def runs(self, experiment):
        """What the runs of an experiment have, as inside/count.py prints it."""
        return json.loads(self.cluster.python("client", "count.py", experiment))

    def worker(self, name, *options):
        """A Job with the native sidecar."""
        charts = self._folder / name
        shutil.copytree(ROOT / "tests/kubernetes/worker", charts / "worker")
        shutil.copytree(ROOT / "helm/rookery-sidecar", charts / "rookery-sidecar")
        self.cluster.helm("dependency", "build", charts / "worker")
        values = {
            "image.registry": REGISTRY,
            "image.tag": "test",
            "upstream.fullname": RELEASE,
            "token.secret": "client-token",
            "token.key": "key",
        }
        words = [
            word for key, value in values.items() for word in _set(f"rookery-sidecar.{key}", value)
        ]
        self.cluster.helm("install", name, charts / "worker", *words, *options)

    def _values(self, tag):
        issuer = {"issuer": ISSUER, "keysConfigMap": {"name": "token-keys", "key": "keys.json"}}
        values = {
            "image": {"registry": REGISTRY, "tag": tag},
            "auth": {"issuers": [issuer], "tenants": [TENANT], "audiences": [AUDIENCE]},
            "postgresql": {
                "enabled": True,
                "image": {
                    "registry": REGISTRY,
                    "repository": "rookery-test-postgres",
                    "tag": "test",
                },
            },
            "sidecar": {"token": {"existingSecret": "client-token", "key": "key"}},
            "tests": {
                "image": CLIENT_IMAGE,
                "token": {"existingSecret": "client-token", "key": "key"},
            },
        }
        path = self._folder / f"values-{tag}.json"
        path.write_text(json.dumps(values))
        return ["--values", path, *self._options]

    def _client(self):
        token = {"secretKeyRef": {"name": "client-token", "key": "key"}}
        url = f"https://{RELEASE}-gateway.{self.cluster.namespace}.svc:5000"
        container = {
            "name": "client",
            "image": CLIENT_IMAGE,
            "imagePullPolicy": "IfNotPresent",
            "command": ["python", "-c", "import signal; signal.pause()"],
            "env": [
                {"name": "MLFLOW_TRACKING_URI", "value": url},
                {"name": "MLFLOW_TRACKING_TOKEN", "valueFrom": token},
                {"name": "REQUESTS_CA_BUNDLE", "value": "/ca/ca.crt"},
            ],
            "volumeMounts": [{"name": "ca", "mountPath": "/ca"}],
        }
        spec = {
            "terminationGracePeriodSeconds": 1,
            "enableServiceLinks": False,
            "containers": [container],
            "volumes": [{"name": "ca", "configMap": {"name": f"{RELEASE}-ca"}}],
        }
        return _named("Pod", "client", spec=spec)


def _set(key, value):
    return ["--set", f"{key}={value}"]


def _named(kind, name, **fields):
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": name}, **fields}
