"""How much memory a process takes."""

import os
import re
from pathlib import Path

import pytest

# `./dev test --asan` and `--tsan` say which.
SANITIZER = os.environ.get("ROOKERY_TEST_SANITIZER")


def resident_mib(pid, what="VmRSS"):
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"^{what}:\s+(\d+) kB$", status, re.MULTILINE)[1]) / 1024


def bounds_follow():
    """Called before what a test says of memory alone: with a sanitizer the rest is left out."""
    if SANITIZER:
        pytest.skip(f"NOT RUN: bounds of memory, most of which is {SANITIZER}'s own here")


class Peak:
    """By how many MiB the resident memory of a process has risen at most since this was made."""

    def __init__(self, pid):
        self._pid = pid
        # Sets the peak back to what is resident now.
        Path(f"/proc/{pid}/clear_refs").write_text("5")
        self._begin = resident_mib(pid)

    def growth_mib(self):
        return resident_mib(self._pid, "VmHWM") - self._begin
