"""python timed_script.py OUTPUT PORT SCRIPT: runs the script, writes where its time went as JSON.

`seconds` are all from the start of this process, of which `imports` went by until all that the
script imports was there; `requests` were sent to PORT, and for `in_requests` seconds at least one
was under way. All HTTP of these clients goes through urllib3, but for a question of SDK v1's at its
import, which is not for this port.
"""

import time

import psutil

BEGAN = psutil.Process().create_time()

import ast  # noqa: E402
import json  # noqa: E402
import runpy  # noqa: E402
import sys  # noqa: E402
import threading  # noqa: E402
from pathlib import Path  # noqa: E402

import urllib3  # noqa: E402


class Clock:
    """Counts the time during which somebody is within."""

    def __init__(self):
        self.seconds, self.entries = 0.0, 0
        self._within, self._began = 0, 0.0
        self._lock = threading.Lock()

    def __enter__(self):
        with self._lock:
            if self._within == 0:
                self._began = time.perf_counter()
            self._within += 1

    def __exit__(self, *_):
        with self._lock:
            self._within -= 1
            if self._within == 0:
                self.seconds += time.perf_counter() - self._began


def watch(clock, port):
    pool, response = urllib3.connectionpool.HTTPConnectionPool, urllib3.response.HTTPResponse
    urlopen, read = pool.urlopen, response.read

    def timed_urlopen(self, *words, **named):
        if str(self.port) != port:
            return urlopen(self, *words, **named)
        clock.entries += 1
        with clock:
            answer = urlopen(self, *words, **named)
        answer.timed = True
        return answer

    def timed_read(self, *words, **named):
        if not getattr(self, "timed", False):
            return read(self, *words, **named)
        with clock:
            return read(self, *words, **named)

    pool.urlopen, response.read = timed_urlopen, timed_read


def import_all(script):
    """What it imports, so that the time is known."""
    body = ast.parse(script.read_text()).body
    imports = [each for each in body if isinstance(each, (ast.Import, ast.ImportFrom))]
    exec(compile(ast.Module(imports, []), script, "exec"), {})  # noqa: S102


def main():
    output, port, script = sys.argv[1:]
    clock = Clock()
    watch(clock, port)
    import_all(Path(script))
    imports = time.time() - BEGAN
    sys.argv = [script]
    runpy.run_path(script, run_name="__main__")
    times = {
        "seconds": time.time() - BEGAN,
        "imports": imports,
        "requests": clock.entries,
        "in_requests": clock.seconds,
    }
    Path(output).write_text(json.dumps(times))


if __name__ == "__main__":
    main()
