"""What scenes need of the machine: each function says what is lacking, or nothing."""

import functools
import os
import resource
import shutil
import subprocess

# Connections, at both ends, and what else a process has open.
OPEN_FILES = 12_000


def mounting():
    return None if os.geteuid() == 0 else "only root can mount a file system"


def many_files():
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most == resource.RLIM_INFINITY or most >= OPEN_FILES:
        return None
    return f"a process may have only {most} files open, and {OPEN_FILES} are needed"


@functools.cache
def tracing():
    if shutil.which("strace") is None:
        return "Debian's package strace is not installed"
    # Not a child of the tracer's, as a sidecar is none.
    with subprocess.Popen(["sleep", "60"]) as other:
        command = ["strace", "--attach", str(other.pid)]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
            said = tracer.stderr.readline().strip()
            other.kill()
    return None if said.endswith("attached") else f"no other process may be traced here: {said}"
