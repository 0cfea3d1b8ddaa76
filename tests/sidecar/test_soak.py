"""Everything that goes wrong, in any order, for as long as one wants: ROOKERY_TEST_SOAK_SECONDS."""

import os
import random
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.sidecar.faults import FAULTS, wait_somewhat
from tests.sidecar.test_conservation import account
from tests.sidecar.test_kills import TRAINERS, flawless, judge, load_goes_on
from tests.support.backends import BACKENDS, serving
from tests.support.fault_link import FaultLink
from tests.support.memory import SANITIZER, resident_mib
from tests.support.oracle import Oracle, Verdict
from tests.support.sidecar import Sidecar

LONG = bool(os.environ.get("ROOKERY_TEST_LONG"))
SECONDS = int(os.environ.get("ROOKERY_TEST_SOAK_SECONDS") or (600 if LONG else 15))
# After so many faults all is looked at, and new trainers begin: the journal of those before is not
# kept for hours.
FAULTS_A_ROUND = 20
MOST_MIB = 64
# What it has open when all is well, and a good deal.
MOST_FILES = 100


def open_files(pid):
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def make_faults(house, choose, end):
    """At most a round of them; how many."""
    for count in range(FAULTS_A_ROUND):
        if time.monotonic() > end:
            return count
        wait_somewhat(choose, 0.5)
        choose.choice(FAULTS)(house, choose)
        account(house.sidecar)
        load_goes_on(house.oracle)
    return FAULTS_A_ROUND


@pytest.mark.parametrize("backend", BACKENDS)
def test_nothing_is_lost_doubled_or_kept_whatever_happens(backend, tmp_path, seed, tell):
    choose = random.Random(seed)
    end = time.monotonic() + SECONDS
    faults, rounds, verdict, mib, files = 0, 0, Verdict(), 0.0, 0
    with (
        serving(backend, tmp_path) as server,
        FaultLink(server.grpc) as link,
        Sidecar(tmp_path, link.address) as sidecar,
    ):
        house = SimpleNamespace(server=server, link=link, sidecar=sidecar)
        while time.monotonic() < end:
            with Oracle(sidecar.url, TRAINERS, f"{seed} {rounds}") as house.oracle:
                faults += make_faults(house, choose, end)
                this = judge(house.oracle, sidecar, server)
            assert this == flawless(this), f"in round {rounds}"
            points = account(sidecar)
            verdict, rounds = verdict + this, rounds + 1
            assert points["confirmed"] == points["ingested"] == verdict.stored
            mib = max(mib, resident_mib(sidecar.pid, "VmHWM"))
            files = max(files, open_files(sidecar.pid))
        tell(
            f"{faults} faults in {rounds} rounds, {verdict}, at most {mib:.1f} MiB and {files} open"
            " files"
        )
    assert files < MOST_FILES
    assert SANITIZER or mib < MOST_MIB
