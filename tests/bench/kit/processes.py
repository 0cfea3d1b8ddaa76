"""What processes use, as the kernel counts it."""

import os
import re
import resource
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_by_part(server):
    """Seconds so far of the server, of PostgreSQL, of loads that have ended, and of all CPUs."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "server": cpu_of_tree(server.pid),
        "postgres": cpu_of_tree(int(os.environ["ROOKERY_BENCH_POSTGRES_PID"])),
        "load": children.ru_utime + children.ru_stime,
        "machine": cpu_of_machine(),
    }


def cpu_since(before, server):
    """The same since `before`; "others" is what none of the three used."""
    used = {part: after - before[part] for part, after in cpu_by_part(server).items()}
    ours = used["server"] + used["postgres"] + used["load"]
    return {**used, "others": max(0.0, used["machine"] - ours)}


def cpu_of_tree(root):
    """Seconds that process `root` and its descendants have used, those that have ended included."""
    children, used = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The program's name, in parentheses, may hold spaces.
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # It has just ended; its parent has its time.
        pid = int(stat.parent.name)
        children.setdefault(int(fields[1]), []).append(pid)
        # User and system time, then the same of children that were waited for.
        used[pid] = sum(int(ticks) for ticks in fields[11:15]) / TICKS
    total, pending = 0, [root]
    while pending:
        pid = pending.pop()
        total += used.get(pid, 0)
        pending += children.get(pid, [])
    return total


def cpu_of_machine():
    """Seconds that all CPUs together were busy since the machine started."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    user, nice, system, _idle, _iowait, irq, softirq = (int(field) for field in fields[:7])
    return (user + nice + system + irq + softirq) / TICKS


def peak_mib(pid):
    """The most memory that the process had resident, ever."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024
