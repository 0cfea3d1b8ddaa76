"""What goes to docs/benchmarks.md."""

import os
import platform
import re
import subprocess
import time
from pathlib import Path

COLUMNS = [
    "what",
    "connections",
    "server",
    "requests/s",
    "p50 ms",
    "p99 ms",
    "µs CPU/request: server",
    "PostgreSQL",
    "wrk",
    "CPUs of others",
]


def print_machine(title):
    """Call it before the load, so that the load average tells what else went on."""
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    wrk = subprocess.run(["wrk", "-v"], capture_output=True, text=True).stdout.split("[")[0]
    postgres = subprocess.run(
        ["/usr/lib/postgresql/15/bin/postgres", "--version"], capture_output=True, text=True
    ).stdout.split()[2]
    print(
        f"## {title}\n\n{time.strftime('%Y-%m-%d')}, {os.cpu_count()} CPUs"
        f" ({cpu[1].strip() if cpu else platform.machine()}), Linux {platform.release()},"
        f" PostgreSQL {postgres} with default durability; load by one thread of {wrk.strip()}"
        f" on the same CPUs; load average before: {os.getloadavg()[0]:.1f}\n"
    )
    print(f"| {' | '.join(COLUMNS)} |\n{'|---' * len(COLUMNS)}|", flush=True)


def print_row(what, connections, server, load):
    print(
        f"| {what} | {connections} | {server} | {_short(load.rate)}"
        f" | {_short(load.p50_ms)} | {_short(load.p99_ms)} | {load.server_cpu:,.0f}"
        f" | {load.postgres_cpu:,.0f} | {load.wrk_cpu:,.0f} | {load.others:.2f} |",
        flush=True,
    )


def _short(number):
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"
