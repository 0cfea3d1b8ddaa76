"""kubectl and helm, in one namespace."""

import json
import os
import subprocess
import time

from tests.support.program import ROOT

HELM = os.environ.get("HELM", str(ROOT / "build/tools/helm"))
PATIENCE = 300


class Cluster:
    """Whatever KUBECONFIG names, in `namespace`, which is there from __enter__ to __exit__."""

    def __init__(self, namespace, labels):
        self.namespace = namespace
        self._labels = labels

    def __enter__(self):
        metadata = {"name": self.namespace, "labels": self._labels}
        self.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
        return self

    def __exit__(self, *_):
        self.kubectl("delete", "namespace", self.namespace, "--wait", "--timeout=180s")

    def kubectl(self, *words, given=None, seconds=PATIENCE):
        return _run("kubectl", "-n", self.namespace, *words, given=given, seconds=seconds)

    def helm(self, *words, seconds=PATIENCE):
        return _run(HELM, "-n", self.namespace, *words, seconds=seconds)

    def apply(self, *objects):
        """Objects as kubectl takes them."""
        listed = {"apiVersion": "v1", "kind": "List", "items": list(objects)}
        self.kubectl("apply", "-f", "-", given=json.dumps(listed))

    def get(self, *words):
        return json.loads(self.kubectl("get", *words, "-o", "json"))

    def pods(self, selector):
        """Those that are not on their way out."""
        pods = self.get("pods", "-l", selector)["items"]
        return [pod for pod in pods if "deletionTimestamp" not in pod["metadata"]]

    def python(self, pod, script, *words, seconds=PATIENCE):
        """What a script of inside/ prints when the pod runs it."""
        code = (ROOT / "tests/kubernetes/inside" / script).read_text()
        command = ["exec", "-i", pod, "--", "python", "-", *(str(word) for word in words)]
        return self.kubectl(*command, given=code, seconds=seconds)

    def job_ends(self, name, seconds=PATIENCE):
        """Waits until the Job is complete; its log is in the error if it fails."""
        end = time.monotonic() + seconds
        while True:
            status = self.get("job", name)["status"]
            conditions = {c["type"] for c in status.get("conditions", []) if c["status"] == "True"}
            if "Complete" in conditions:
                return self.kubectl("logs", f"job/{name}", "--all-containers", "--tail=200")
            if "Failed" in conditions or time.monotonic() > end:
                said = self.kubectl("logs", f"job/{name}", "--all-containers", "--tail=200")
                raise AssertionError(f"the Job {name} did not complete: {status}\n{said}")
            time.sleep(1)


def _run(*words, given=None, seconds=PATIENCE):
    words = [str(word) for word in words]
    done = subprocess.run(words, input=given, capture_output=True, text=True, timeout=seconds)
    assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}\n{done.stderr}"
    return done.stdout
