"""What goes to docs/benchmarks.md."""

import os
import platform
import re
import subprocess
import time
from pathlib import Path

# Of tables of loads by wrk.
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
        f" PostgreSQL {postgres} with default durability; load (HTTP: one thread of {wrk.strip()})"
        f" on the same CPUs; load average before: {os.getloadavg()[0]:.1f}\n"
    )


def print_head(columns):
    print(f"| {' | '.join(columns)} |\n{'|---' * len(columns)}|", flush=True)


def print_cells(*cells):
    print(f"| {' | '.join(str(cell) for cell in cells)} |", flush=True)


def print_row(what, connections, server, load):
    print_cells(
        what,
        connections,
        server,
        short(load.rate),
        short(load.p50_ms),
        short(load.p99_ms),
        f"{load.server_cpu:,.0f}",
        f"{load.postgres_cpu:,.0f}",
        f"{load.wrk_cpu:,.0f}",
        f"{load.others:.2f}",
    )


def short(number):
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"
