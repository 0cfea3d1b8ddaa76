"""Load by wrk, with the CPU time that everybody spends on it."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.bench.kit.processes import cpu_by_part, cpu_since

LUA = Path(__file__).parents[1] / "lua"


@dataclass
class Load:
    """What one run of wrk measured. CPU times are microseconds a request."""

    rate: float
    p50_ms: float
    p99_ms: float
    server_cpu: float
    postgres_cpu: float
    wrk_cpu: float
    # CPUs that none of the three used: of a machine that is idle otherwise, near 0.
    others: float


def run_wrk(server, script, *arguments, connections, seconds):
    """`arguments` are for the Lua script, which begins with its own `init`."""
    command = ["wrk", "--threads", "1", "--connections", str(connections)]
    command += ["--duration", f"{seconds}s", "--timeout", "60s", "--script", LUA / f"{script}.lua"]
    command += [server.url, "--", *arguments]
    before = cpu_by_part(server)
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "ROOKERY_BENCH_LUA": str(LUA)},
    )
    cpu = cpu_since(before, server)
    line = next((line for line in done.stdout.splitlines() if line.startswith("{")), None)
    assert line, f"{server.name}: wrk said {done.stdout}{done.stderr}"
    result = json.loads(line)
    assert result["errors"] == 0, f"{server.name}: {result['errors']} failed: {done.stdout}"
    if result["requests"] == 0:
        # A slow server on a busy machine.
        return run_wrk(server, script, *arguments, connections=connections, seconds=4 * seconds)

    def each(who):
        return cpu[who] / result["requests"] * 1e6

    return Load(
        rate=result["requests"] / result["seconds"],
        p50_ms=result["p50_ms"],
        p99_ms=result["p99_ms"],
        server_cpu=each("server"),
        postgres_cpu=each("postgres"),
        wrk_cpu=each("load"),
        others=cpu["others"] / result["seconds"],
    )
