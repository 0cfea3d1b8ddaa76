"""How soon `rookery server` answers after exec on a fresh SQLite database, and its size at rest."""

import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.support.server import ROOKERY

STARTS = 10


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_healthy(port):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def start(folder):
    """Milliseconds from exec to the first answer, and MiB resident a second later."""
    port = free_port()
    began = time.perf_counter()
    with subprocess.Popen(
        [ROOKERY, "server", "--port", str(port)],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        while not is_healthy(port):
            if server.poll() is not None:
                sys.exit(f"the server ended with {server.returncode}")
            time.sleep(0.001)
        milliseconds = (time.perf_counter() - began) * 1000
        time.sleep(1)
        status = Path(f"/proc/{server.pid}/status").read_text()
        server.terminate()
    return milliseconds, int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1024


def main():
    results = []
    for _ in range(STARTS):
        with tempfile.TemporaryDirectory() as folder:
            results.append(start(folder))
    waits, sizes = zip(*results, strict=True)
    print(f"{STARTS} starts on a fresh SQLite database, {os.cpu_count()} CPUs")
    print(
        f"/health after exec: median {statistics.median(waits):.0f} ms, slowest {max(waits):.0f} ms"
    )
    print(
        f"resident, idle: median {statistics.median(sizes):.1f} MiB, largest {max(sizes):.1f} MiB"
    )


if __name__ == "__main__":
    main()
