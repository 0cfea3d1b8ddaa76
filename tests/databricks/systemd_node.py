"""A node whose first process is systemd, in a control group of its own."""

import contextlib
import os
import secrets
from pathlib import Path

from tests.databricks import node
from tests.support import debian_root
from tests.support.program import ROOT
from tests.support.waiting import wait_for

PACKAGES = (*node.PACKAGES, "dbus", "systemd", "systemd-sysv")
BASE = ROOT / "build/databricks-systemd-root"
GROUPS = Path("/sys/fs/cgroup")
DEVICES = ("null", "zero", "full", "random", "urandom", "tty")


def make():
    debian_root.make(BASE, PACKAGES)


class SystemdNode(node.Node):
    """If `confines` is false, systemd cannot give a service devices of its own, nor so start it."""

    base = BASE
    namespaces = ("--mount", "--pid", "--cgroup", "--uts", "--ipc")

    def __init__(self, folder, upload, *, confines=True):
        super().__init__(folder, upload)
        self._confines = confines

    def __enter__(self):
        # The hierarchy that systemd has to itself, or the only one.
        self._is_only = (GROUPS / "cgroup.procs").exists()
        above = GROUPS if self._is_only else GROUPS / "systemd"
        self._group = above / f"rookery-test-{secrets.token_hex(4)}"
        try:
            self._group.mkdir()
        except OSError as problem:
            raise OSError(f"there can be no control group here: {problem}") from None
        super().__enter__()
        wait_for(
            lambda: (
                self.run("systemctl", "is-system-running").stdout.strip() in ("running", "degraded")
            )
        )
        return self

    def __exit__(self, *_):
        super().__exit__()
        wait_for(self._removed)

    def system(self, root):
        groups = f"{root}/sys/fs/cgroup"
        steps = [
            f"mount -t sysfs -o ro sysfs {root}/sys",
            # Settings of the kernel are its host's.
            f"mount --bind -o ro /proc/sys {root}/proc/sys",
            f"mount -t tmpfs tmpfs {root}/run",
            f"mount -t tmpfs -o mode=755 tmpfs {root}/dev",
        ]
        if self._is_only:
            steps.append(f"mount -t cgroup2 cgroup2 {groups}")
        else:
            steps += [f"mount -t tmpfs tmpfs {groups}", f"mkdir {groups}/systemd"]
            steps.append(f"mount -t cgroup -o none,name=systemd cgroup {groups}/systemd")
        steps += [
            f"mkdir {root}/dev/pts {root}/dev/shm",  # noqa: S108 - It is the node's.
            f"mount -t devpts -o newinstance,ptmxmode=0666 devpts {root}/dev/pts",
        ]
        if self._confines:
            steps.append(f"ln -s pts/ptmx {root}/dev/ptmx")
        for device in DEVICES:
            steps.append(f"touch {root}/dev/{device}")
            steps.append(f"mount --bind /dev/{device} {root}/dev/{device}")
        return steps

    def first(self):
        return "echo up\nexec env -i container=other /lib/systemd/systemd"

    def before(self):
        # The namespace of control groups begins where it is made.
        return ["sh", "-e", "-c", 'echo $$ >"$0/cgroup.procs"; exec "$@"', str(self._group)]

    def _removed(self):
        for folder, _, _ in os.walk(self._group, topdown=False):
            with contextlib.suppress(OSError):
                os.rmdir(folder)
        return not self._group.exists()
