"""Killed under load: what was acknowledged is stored, and once."""

import os
import random
import shutil
import signal
import statistics
import threading
import time

import pytest

from tests.sidecar.faults import wait_somewhat
from tests.support.backends import BACKENDS, serving
from tests.support.fault_link import FaultLink
from tests.support.oracle import Oracle, Verdict
from tests.support.own_postgres import OwnPostgres
from tests.support.server import Server
from tests.support.sidecar import Sidecar
from tests.support.waiting import wait_for

LONG = bool(os.environ.get("ROOKERY_TEST_LONG"))
TRAINERS = 4
SIDECAR_KILLS = 1_000 if LONG else 20
SERVER_KILLS = 50 if LONG else 3
STOPS = 100 if LONG else 5
RECOVERY = "rookery_sidecar_spool_recovery_duration_seconds"


def load_goes_on(oracle):
    """Waits until more was acknowledged."""
    before = oracle.acknowledged()
    wait_for(lambda: oracle.acknowledged() > before + TRAINERS)


def judge(oracle, sidecar, server):
    oracle.end()
    assert sidecar.flush()
    verdict = oracle.verdict(server)
    assert verdict.acknowledged > 0
    return verdict


def milliseconds(times):
    return f"{1000 * statistics.median(times):.0f} ms (worst {1000 * max(times):.0f})"


def flawless(verdict):
    return Verdict(verdict.attempted, verdict.acknowledged, verdict.stored)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_sidecar_that_is_killed_loses_and_doubles_nothing(backend, tmp_path, seed, tell):
    choose = random.Random(seed)
    began, recovered = [], []
    with (
        serving(backend, tmp_path) as server,
        Sidecar(tmp_path, server.grpc) as sidecar,
        Oracle(sidecar.url, TRAINERS, seed) as oracle,
    ):
        for _ in range(SIDECAR_KILLS):
            load_goes_on(oracle)
            wait_somewhat(choose, 0.2)
            sidecar.kill()
            sidecar.__exit__()
            start = time.monotonic()
            sidecar.start_again()
            began.append(time.monotonic() - start)
            recovered.append(sidecar.metrics()[RECOVERY])
        verdict = judge(oracle, sidecar, server)
        tell(
            f"{SIDECAR_KILLS} kills, {verdict}, spool open after {milliseconds(recovered)},"
            f" serving after {milliseconds(began)}"
        )
        assert verdict == flawless(verdict)


def test_a_client_that_repeats_itself_has_its_points_once(tmp_path, seed, tell):
    """It had no answer, and what it sends is the same bytes, as MLflow's client does."""
    choose = random.Random(seed)
    with (
        Server(tmp_path) as server,
        Sidecar(tmp_path, server.grpc) as sidecar,
        Oracle(sidecar.url, TRAINERS, seed, repeats_itself=True) as oracle,
    ):
        for _ in range(SIDECAR_KILLS // 2):
            load_goes_on(oracle)
            wait_somewhat(choose, 0.2)
            sidecar.kill()
            sidecar.__exit__()
            sidecar.start_again()
        verdict = judge(oracle, sidecar, server)
        tell(f"{SIDECAR_KILLS // 2} kills, {verdict}, {oracle.repeated()} points sent again")
        assert (verdict.lost, verdict.unexpected) == (0, 0)
        assert verdict.acknowledged == verdict.attempted
        # The second is known by its bytes, also after a start.
        assert verdict.duplicated == 0


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_sidecar_that_stands_still_loses_and_doubles_nothing(backend, tmp_path, seed, tell):
    """As on a host that is suspended; with --long once until clients give up and ask again."""
    choose = random.Random(seed)
    stops = [choose.uniform(0, 2) for _ in range(STOPS)] + ([90.0] if LONG else [])
    with (
        serving(backend, tmp_path) as server,
        Sidecar(tmp_path, server.grpc) as sidecar,
        Oracle(sidecar.url, TRAINERS, seed) as oracle,
    ):
        for stop in stops:
            load_goes_on(oracle)
            wait_somewhat(choose, 0.2)
            sidecar.signal(signal.SIGSTOP)
            try:
                threading.Event().wait(stop)
            finally:
                sidecar.signal(signal.SIGCONT)
        verdict = judge(oracle, sidecar, server)
        tell(f"{len(stops)} stops of {max(stops):.1f} s at most, {verdict}")
        assert verdict == flawless(verdict)


def test_a_server_that_is_killed_has_everything_once(tmp_path, seed, tell):
    choose = random.Random(seed)
    with (
        Server(tmp_path) as server,
        FaultLink(server.grpc) as link,
        Sidecar(tmp_path, link.address) as sidecar,
        Oracle(sidecar.url, TRAINERS, seed) as oracle,
    ):
        for _ in range(SERVER_KILLS):
            load_goes_on(oracle)
            wait_somewhat(choose, 0.2)
            server.kill()
            server.__exit__()
            # Without it as well.
            load_goes_on(oracle)
            server.__enter__()
            link.target = server.grpc
        refusals = len(oracle.refusals())
        verdict = judge(oracle, sidecar, server)
        tell(f"{SERVER_KILLS} kills, {verdict}, {refusals} requests refused")
        assert verdict == flawless(verdict)
        assert refusals == 0


def test_a_postgresql_that_is_killed_has_everything_once(tmp_path, seed, tell):
    choose = random.Random(seed)
    with (
        OwnPostgres() as postgres,
        Server(tmp_path, "--backend-store-uri", postgres.uri) as server,
        Sidecar(tmp_path, server.grpc) as sidecar,
        Oracle(sidecar.url, TRAINERS, seed) as oracle,
    ):
        for _ in range(SERVER_KILLS):
            load_goes_on(oracle)
            wait_somewhat(choose, 0.2)
            postgres.kill()
            load_goes_on(oracle)
            postgres.start()
        refusals = len(oracle.refusals())
        verdict = judge(oracle, sidecar, server)
        tell(f"{SERVER_KILLS} kills, {verdict}, {refusals} requests refused")
        assert verdict == flawless(verdict)
        assert refusals == 0


@pytest.mark.parametrize("is_answer", [False, True], ids=["after-request", "answer-lost"])
def test_connections_that_break_lose_and_double_nothing(is_answer, tmp_path, seed, tell):
    """Behind the request, or with the answer to it: the server may have stored it or not."""
    choose = random.Random(seed)
    faults = 500 if LONG else 15
    with (
        Server(tmp_path) as server,
        FaultLink(server.grpc) as link,
        Sidecar(tmp_path, link.address) as sidecar,
        Oracle(sidecar.url, TRAINERS, seed) as oracle,
    ):
        link.fault = lambda _, of_answer: of_answer == is_answer and choose.random() < 0.1
        wait_for(lambda: link.faults >= faults, 600 if LONG else 60)
        link.mend()
        verdict = judge(oracle, sidecar, server)
        tell(f"{link.faults} breaks, {verdict}")
        assert verdict == flawless(verdict)


def test_a_loss_would_be_seen(tmp_path, seed):
    """Somebody throws the spool away while the server is not there."""
    with (
        Server(tmp_path) as server,
        FaultLink(server.grpc) as link,
        Sidecar(tmp_path, link.address) as sidecar,
        Oracle(sidecar.url, TRAINERS, seed) as oracle,
    ):
        load_goes_on(oracle)
        assert sidecar.flush()
        link.refuse()
        load_goes_on(oracle)
        sidecar.kill()
        sidecar.__exit__()
        shutil.rmtree(sidecar.spool)
        link.mend()
        sidecar.start_again()
        assert judge(oracle, sidecar, server).lost > 0
