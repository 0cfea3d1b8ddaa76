"""A database that has become slow: callers wait a little or are told to come back; it passes."""

import asyncio
import os
import re

import pytest

from tests.overload.crowd import Member, allow_open_files, crowd
from tests.overload.slow_link import SlowLink
from tests.support.memory import bounds_follow, resident_mib
from tests.support.postgres import fresh_database
from tests.support.raw import API, ARTIFACTS, Client
from tests.support.server import Server
from tests.support.waiting import wait_for

LONG = bool(os.environ.get("ROOKERY_TEST_LONG"))
CALLERS = 300
# Of each round trip; a runs/get takes some five.
DELAY_S = 2.0 if LONG else 0.4
# The queue's limit of time, and calls that had begun before it was over.
PATIENCE_S = 10 + 2 * 6 * DELAY_S + 5
MOST_MIB = 64


@pytest.fixture
def slow_link():
    with fresh_database() as uri, SlowLink(uri) as link:
        yield link


async def get_run_at_once(url, run_id):
    async with crowd(url, CALLERS) as members:
        path = API + f"runs/get?run_id={run_id}"
        return await asyncio.gather(*(member.ask("GET", path) for member in members))


async def others_meanwhile(url):
    """What needs no database."""
    await asyncio.sleep(DELAY_S)
    member = await Member.join(url)
    replies = [await member.ask("GET", "/health"), await member.ask("GET", f"{ARTIFACTS}/0/file")]
    member.leave()
    return replies


async def two_waves(url, run_id):
    first, others = await asyncio.gather(get_run_at_once(url, run_id), others_meanwhile(url))
    return first, others, await get_run_at_once(url, run_id)


def check(wave):
    assert {reply.status for reply in wave} == {200, 429}
    assert all(r.headers.get("Retry-After") == "1" for r in wave if r.status == 429)
    assert max(reply.seconds for reply in wave) < PATIENCE_S


def test_a_slow_database_sheds_callers_and_recovers(slow_link, tmp_path):
    allow_open_files(4 * CALLERS)
    with (
        Server(tmp_path, "--backend-store-uri", slow_link.uri) as server,
        Client(server.url, timeout=120) as client,
    ):
        run_id = client.post("runs/create").json()["run"]["info"]["run_id"]
        assert client.ask("PUT", f"{ARTIFACTS}/0/file", b"x", {}).status == 200
        before = resident_mib(server.pid)
        slow_link.delay = DELAY_S
        first, others, second = asyncio.run(two_waves(server.url, run_id))

        # The first wave met a server that knew nothing of the slowness: all were queued, those
        # whose turn did not come in time were sent away then.
        check(first)
        # The second wave is told at once.
        check(second)
        refused = sorted(reply.seconds for reply in second if reply.status == 429)
        assert refused[len(refused) // 2] < 5
        # Others are served as ever.
        assert [reply.status for reply in others] == [200, 200]
        assert max(reply.seconds for reply in others) < 5
        after = resident_mib(server.pid)
        served = [sum(reply.status == 200 for reply in wave) for wave in (first, second)]
        print(
            f"first wave: {served[0]} of {CALLERS} served, the last answer after "
            f"{max(reply.seconds for reply in first):.1f} s; second: {served[1]} served, refusals "
            f"after {refused[0]:.2f} to {refused[-1]:.2f} s; {before:.0f} MiB before, "
            f"{after:.0f} after"
        )

        slow_link.delay = 0
        wait_for(lambda: client.get(API + f"runs/get?run_id={run_id}").status == 200)
        last = [client.get(API + f"runs/get?run_id={run_id}").status for _ in range(50)]
        assert last == [200] * 50
        metrics = client.get("/metrics").body.decode()
        shed = re.findall(
            r'rookery_executor_refused_total\{executor="tracking",reason="(\w+)"\} (\d+)', metrics
        )
        refusals = {reason: int(count) for reason, count in shed}
        assert refusals["has_waited"] > 0
        assert refusals["would_wait"] > 0
        assert sum(refusals.values()) == sum(r.status == 429 for r in first + second)
    bounds_follow()
    assert after - before < MOST_MIB
