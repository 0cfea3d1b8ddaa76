"""Connections that lie idle cost next to nothing, and those that do not are served beside them."""

import asyncio
import os
import statistics

from tests.overload.crowd import allow_open_files, crowd
from tests.support.memory import bounds_follow, resident_mib
from tests.support.raw import API
from tests.support.server import Server

IDLE = 5000
BUSY = 200
REQUESTS = 200 if os.environ.get("ROOKERY_TEST_LONG") else 10
# Some 3 KiB an idle connection, and what 200 requests at once need.
MOST_MIB = 64


async def keep_busy(member):
    replies = []
    for _ in range(REQUESTS):
        replies.append(await member.ask("POST", API + "runs/create", b"{}"))
        replies.append(await member.ask("GET", API + "experiments/get?experiment_id=0"))
    return replies


async def load(server):
    async with crowd(server.url, 20) as warm:
        await asyncio.gather(*(member.ask("GET", "/health") for member in warm))
    before = resident_mib(server.pid)
    async with crowd(server.url, IDLE) as idle:
        # Used once, then kept.
        for start in range(0, IDLE, 500):
            await asyncio.gather(*(m.ask("GET", "/health") for m in idle[start : start + 500]))
        at_rest = resident_mib(server.pid)
        async with crowd(server.url, BUSY) as busy:
            of_each = await asyncio.gather(*(keep_busy(member) for member in busy))
        at_work = resident_mib(server.pid)
        # They are still there.
        last = await asyncio.gather(*(member.ask("GET", "/health") for member in idle[::50]))
    return before, at_rest, at_work, [reply for replies in of_each for reply in replies], last


def test_5000_idle_connections_beside_200_busy_ones(tmp_path):
    allow_open_files(3 * IDLE)
    with Server(tmp_path) as server:
        before, at_rest, at_work, replies, last = asyncio.run(load(server))
    assert {reply.status for reply in replies + last} == {200}
    median_ms = statistics.median(reply.seconds for reply in replies) * 1000
    print(
        f"{before:.0f} MiB at first, {at_rest:.0f} with {IDLE} idle connections, {at_work:.0f} "
        f"after {len(replies)} requests over {BUSY} others, {median_ms:.0f} ms each (median)"
    )
    bounds_follow()
    assert at_work - before < MOST_MIB
