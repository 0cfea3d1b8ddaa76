"""How much memory a process takes."""

import re
from pathlib import Path


class Peak:
    """By how many MiB the resident memory of a process has risen at most since this was made."""

    def __init__(self, pid):
        self._folder = Path(f"/proc/{pid}")
        # Sets the peak back to what is resident now.
        (self._folder / "clear_refs").write_text("5")
        self._begin = self._read("VmRSS")

    def growth_mib(self):
        return (self._read("VmHWM") - self._begin) / 1024

    def _read(self, name):
        status = (self._folder / "status").read_text()
        return int(re.search(rf"^{name}:\s+(\d+) kB$", status, re.MULTILINE)[1])
