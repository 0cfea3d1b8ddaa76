"""Disks that a scene can spoil."""

import contextlib
import fcntl
import os
import struct
import subprocess
from pathlib import Path

from tests.support.waiting import wait_for

# The kernel's EXT4_IOC_SHUTDOWN, and its flag not to write even the journal.
SHUT_DOWN = 0x8004587D
NO_LOG_FLUSH = 2


def mount(stage, folder, *words):
    """Until the stage ends."""
    folder.mkdir()
    subprocess.run(["mount", *words, folder], check=True)
    stage.after(lambda: subprocess.run(["umount", folder], check=True))


def make_image(file, size):
    """A file system in a file."""
    with file.open("wb") as image:
        image.truncate(size)
    subprocess.run(["mkfs.ext4", "-q", file], check=True)


def break_off(folder):
    """The file system there fails all that it is asked, as if its disk were gone."""
    at = os.open(folder, os.O_RDONLY)
    try:
        fcntl.ioctl(at, SHUT_DOWN, struct.pack("I", NO_LOG_FLUSH))
    finally:
        os.close(at)


@contextlib.contextmanager
def slow_syncs(pid, seconds):
    """Meanwhile each sync of the process takes so much longer."""
    command = ["strace", "--quiet", "--follow-forks", "--attach", str(pid), "--output", os.devnull]
    late = f"--inject=fdatasync:delay_enter={int(seconds * 1e6)}"
    with subprocess.Popen([*command, "--trace=fdatasync", late]) as tracer:
        try:
            wait_for(lambda: _is_traced(pid))
            yield
        finally:
            # The process goes on without it.
            tracer.terminate()


def _is_traced(pid):
    return "TracerPid:\t0\n" not in Path(f"/proc/{pid}/status").read_text()
