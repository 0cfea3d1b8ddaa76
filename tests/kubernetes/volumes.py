"""Volumes where the cluster makes none itself."""

import contextlib

CLAIMS = ["10Gi", "10Gi"]


def makes_volumes(cluster):
    """Whether claims without a class get a volume."""
    mark = "storageclass.kubernetes.io/is-default-class"
    classes = cluster.get("storageclass")["items"]
    return any(c["metadata"].get("annotations", {}).get(mark) == "true" for c in classes)


@contextlib.contextmanager
def volumes(cluster, image):
    """Two folders of the node as volumes, while it lasts. Yields words for helm to take them."""
    if makes_volumes(cluster):
        yield []
        return
    folder = f"/var/lib/{cluster.namespace}"
    names = [f"{cluster.namespace}-{number}" for number in range(len(CLAIMS))]
    _on_node(cluster, image, folder, "make", names)
    cluster.apply(*(_volume(name, f"{folder}/{name}") for name in names))
    try:
        none = ["--set", "postgresql.persistence.storageClass=-"]
        yield [*none, "--set", "artifact.persistence.storageClass=-"]
    finally:
        for name in names:
            cluster.kubectl("delete", "persistentvolume", name, "--wait=false")
        _on_node(cluster, image, folder, "remove", names)


def _volume(name, path):
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name},
        "spec": {
            "capacity": {"storage": "100Gi"},
            "accessModes": ["ReadWriteOnce"],
            "persistentVolumeReclaimPolicy": "Retain",
            "hostPath": {"path": path, "type": "Directory"},
        },
    }


def _on_node(cluster, image, folder, what, names):
    code = {
        "make": "os.umask(0); [os.makedirs('/host/' + n, 0o777) for n in sys.argv[1:]]",
        "remove": "[shutil.rmtree('/host/' + n, True) for n in sys.argv[1:]]",
    }[what]
    name = f"{what}-folders"
    container = {
        "name": "folders",
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "command": ["python", "-c", f"import os, shutil, sys; {code}", *names],
        "securityContext": {"runAsUser": 0},
        "volumeMounts": [{"name": "host", "mountPath": "/host"}],
    }
    host = {"name": "host", "hostPath": {"path": folder, "type": "DirectoryOrCreate"}}
    pod = {"restartPolicy": "Never", "containers": [container], "volumes": [host]}
    spec = {"backoffLimit": 0, "template": {"spec": pod}}
    cluster.apply(
        {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name}, "spec": spec}
    )
    cluster.job_ends(name)
