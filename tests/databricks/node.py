"""A machine as a cluster's init script finds it: a root of Debian 11, processes and mounts of its
own, and the network of its host, of which a test uses the loopback.

It stands in for a Databricks node: the same tools (bash, curl, openssl) and the environment that
Databricks documents, without systemd or (`systemd_node.py`) with it. It ends with all that was
started in it.
"""

import shlex
import subprocess
from pathlib import Path

from tests.support import debian_root
from tests.support.program import ROOT
from tests.support.waiting import wait_for

BASE = ROOT / "build/databricks-root"
PACKAGES = ("ca-certificates", "curl", "openssl")
# Where it sees the upload.
VOLUME = "/Volumes/main/ops/rookery-sidecar"
INIT = f"{VOLUME}/rookery-sidecar-init.sh"
LOCAL_DISK = "size=400m"
ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "DB_CLUSTER_ID": "0101-120000-abcdefgh",
    "DB_CLUSTER_NAME": "penguins",
    "DB_CONTAINER_IP": "127.0.0.1",
    "DB_DRIVER_IP": "127.0.0.1",
    "DB_INSTANCE_TYPE": "Standard_DS3_v2",
    "DB_IS_DRIVER": "TRUE",
    "DB_IS_JOB_CLUSTER": "FALSE",
}
# Its first process, which takes in those whose parents have ended, as an init does.
FIRST = "echo up; while :; do sleep 86400 & wait; done"


def make():
    """The root that all nodes share and none changes; OSError says why it cannot be had."""
    debian_root.make(BASE, PACKAGES)


class Node:
    """Runs from __enter__ to __exit__, with `upload` as its VOLUME.

    `local_disk` are the options of the file system that is its /local_disk0; None: there is none.
    `mounts` are options of small file systems at other places.
    """

    base = BASE
    namespaces = ("--mount", "--pid")

    def __init__(self, folder, upload, local_disk=LOCAL_DISK, mounts=None):
        self._place = folder / "node"
        self._upload = upload
        self._tmpfs = dict(mounts or {})
        if local_disk is not None:
            self._tmpfs.setdefault("/local_disk0", local_disk)
        self._process = None
        self._first = None

    def __enter__(self):
        self._place.mkdir(exist_ok=True)
        words = [
            *self.before(),
            "unshare",
            *self.namespaces,
            "--fork",
            "--kill-child",
            "sh",
            "-e",
            "-c",
        ]
        self._process = subprocess.Popen(
            [*words, self._script()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        if self._process.stdout.readline() != "up\n":
            _, problem = self._process.communicate()
            raise AssertionError(f"there can be no node here: {problem.strip()}")
        pid = self._process.pid
        self._first = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0]
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.communicate()

    def run(self, *words, timeout=120, **environment):
        """The completed process of words in it. Whoever keeps its output open is waited for."""
        command = ["nsenter", "--target", self._first, "--mount", "--pid", "--root", "--wd"]
        return subprocess.run(
            [*command, *(str(word) for word in words)],
            env={**ENVIRONMENT, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
        )

    def says(self, *words):
        """What a command prints that must succeed."""
        done = self.run(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def init(self, **environment):
        """The cluster's init script, as Databricks runs it."""
        return self.run("bash", INIT, **environment)

    def processes(self, name):
        """The ids in it of processes with this in their command line, the oldest first."""
        listing = 'for f in /proc/[0-9]*; do printf "%s " $f; tr "\\0" " " <$f/cmdline; echo; done'
        lines = self.says("sh", "-c", f"{listing} 2>/dev/null || true").splitlines()
        found = [line.split(" ", 1) for line in lines if name in line and "/proc/[" not in line]
        return sorted(int(place.removeprefix("/proc/")) for place, _ in found)

    def sidecar(self):
        """The id of the sidecar, when it runs."""
        return wait_for(lambda: self.processes("/opt/rookery-sidecar/rookery-sidecar run"))[-1]

    def kill(self, pid, signal="KILL"):
        self.says("sh", "-c", f"kill -{signal} {pid}")

    def read(self, path):
        return self.says("cat", path)

    def exists(self, path):
        return self.run("test", "-e", path).returncode == 0

    def _script(self):
        place = shlex.quote(str(self._place))
        root = f"{place}/root"
        layers = f"lowerdir={self.base},upperdir={self._place}/upper,workdir={self._place}/work"
        steps = [
            f"mount -t tmpfs tmpfs {place}",
            f"mkdir {place}/upper {place}/work {root}",
            f"mount -t overlay overlay -o {shlex.quote(layers)} {root}",
            f"mount -t proc proc {root}/proc",
            *self.system(root),
            f"mkdir -p {root}{VOLUME}",
            f"mount --bind -o ro {shlex.quote(str(self._upload))} {root}{VOLUME}",
        ]
        for path, options in self._tmpfs.items():
            steps.append(f"mkdir -p {root}{path}")
            steps.append(f"mount -t tmpfs -o {options} tmpfs {root}{path}")
        # As a container has it: chroot alone would leave the host's root where mounts are made.
        steps += [f"cd {root}", "pivot_root . mnt", "umount -l /mnt", "cd /"]
        steps.append(self.first())
        return "\n".join(steps)

    def before(self):
        """Words that run the words after them."""
        return []

    def system(self, root):
        """Commands that mount what its first process needs, besides /proc."""
        return [f"mount --rbind /dev {root}/dev"]

    def first(self):
        """The command that becomes it, and says that it is up."""
        return f"exec sh -c {shlex.quote(FIRST)}"
