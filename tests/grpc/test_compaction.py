"""Segments stay few while points stream in, and kills lose and double nothing."""

import json
import os
import random
import re
import subprocess
import threading
import time

import grpc
import pytest

from tests.grpc.metric_points import Producer, counted, new_run, stored
from tests.support.backends import BACKENDS, serving
from tests.support.postgres import run_sql
from tests.support.program import ROOKERY
from tests.support.raw import Client
from tests.support.waiting import wait_for

LOAD = ROOKERY.parents[1] / "bench/rookery_metric_load"
# On each database. What is promised, at most 64 for ten minutes of 10,000 requests a second, is
# what --long asks for, on a machine of its own. The short form is to hold wherever it runs; a run
# whose segments are never merged has some 15,000 by its end.
LONG = bool(os.environ.get("ROOKERY_TEST_LONG"))
SECONDS = 600 if LONG else 25
RATE = 10_000
MOST_SEGMENTS = 64 if LONG else 400
KILLS = 4
PATIENCE = 60


def most_unmerged(api, services, run_ids):
    return max(counted(api, services, run_id).unmerged_segments for run_id in run_ids)


@pytest.mark.parametrize("backend", BACKENDS)
def test_no_run_gathers_many_segments_under_log_metric_requests(
    api, connect, backend, tmp_path, capsys
):
    with serving(backend, tmp_path) as server, connect(server) as services:
        words = [LOAD, "--address", server.grpc, "log-metric", "--runs", "16"]
        words += ["--rate", str(RATE), "--seconds", str(SECONDS)]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as load:
            run_ids = json.loads(load.stdout.readline())["run_ids"]
            most = looks = 0
            while load.poll() is None:
                most = max(most, most_unmerged(api, services, run_ids))
                looks += 1
            told = json.loads(load.stdout.readline())
        assert load.returncode == 0
        with capsys.disabled():
            rate = told["requests"] / told["seconds"]
            print(f"\n{backend}: {rate:,.0f} requests/s, at most {most} segments in {looks} looks")
        assert looks >= SECONDS
        assert 0 < most <= MOST_SEGMENTS
        assert sum(stored(api, services, run_id) for run_id in run_ids) == told["requests"]


class Trainer(threading.Thread):
    """Sends requests of a producer through one life of the server after the other.

    Values are of full precision, so that segments are large and merging them takes time.
    """

    POINTS = 20_000
    OVERLAP = 3

    def __init__(self, api, connect, name, run_id):
        super().__init__()
        self.api, self.connect, self.name, self.run_id = api, connect, name, run_id
        self.changed = threading.Condition()
        self.may_send = threading.Event()
        self.may_send.set()
        self.server = None
        self.is_ending = False
        self.sent = 0

    def meet(self, server):
        """There is a server again."""
        with self.changed:
            self.server = server
            self.changed.notify()

    def run(self):
        is_done = False
        while not is_done:
            with self.changed:
                assert self.changed.wait_for(lambda: self.server, PATIENCE)
                server, self.server = self.server, None
            with self.connect(server) as services:
                try:
                    self.send(services)
                    is_done = True
                except grpc.RpcError as error:
                    if error.code() != grpc.StatusCode.UNAVAILABLE:
                        raise

    def send(self, services):
        """Until it is told to end; begins with requests that are stored."""
        producer = Producer(self.api, services, self.name)
        # The server may have more than it could acknowledge, never less, and each request whole.
        stored_requests, rest = divmod(producer.opened.next_seq, self.POINTS)
        assert stored_requests >= self.sent
        assert rest == 0
        self.sent = stored_requests
        number = max(0, self.sent - self.OVERLAP)
        while not self.is_ending or number < self.sent:
            assert self.may_send.wait(2 * PATIENCE)
            services.metrics.Ingest(producer.request(number * self.POINTS, self.points(number)))
            number += 1
            self.sent = max(self.sent, number)

    def points(self, number):
        values = random.Random(f"{self.name} {number}")  # noqa: S311 Not for secrets.
        first = number * self.POINTS
        return self.api.metric_columns_pb2.MetricColumns(
            run_id=self.run_id,
            keys=["loss"],
            key_index=[0],
            key_points=[self.POINTS],
            step=range(first, first + self.POINTS),
            timestamp_ms=range(first, first + self.POINTS),
            value=[values.random() for _ in range(self.POINTS)],
        )


def merges(server):
    with Client(server.url) as client:
        page = client.get("/metrics").body.decode()
    return float(re.search(r"^rookery_compaction_merges_total (\S+)$", page, re.MULTILINE)[1])


# Returns while a vacuum runs, or fails after so many seconds.
VACUUM = """
    DO $$ DECLARE until timestamptz := clock_timestamp() + interval '{} s'; BEGIN
      WHILE clock_timestamp() < until LOOP
        PERFORM pg_stat_clear_snapshot();
        IF EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()
                   AND query ILIKE 'vacuum%' AND state = 'active') THEN RETURN; END IF;
        PERFORM pg_sleep(0.001);
      END LOOP;
      RAISE EXCEPTION 'no vacuum came';
    END $$
"""
# A build that merges a tenth as fast as others, as one with a sanitizer does, has no vacuum before
# points stop coming: what is dead is then never a tenth of the table.
VACUUM_UNDER_LOAD = 20


def wait_for_a_vacuum(server, trainers):
    uri = server.words[server.words.index("--backend-store-uri") + 1]
    try:
        run_sql(uri, VACUUM.format(VACUUM_UNDER_LOAD))
    except subprocess.CalledProcessError:
        for trainer in trainers:
            trainer.may_send.clear()
        run_sql(uri, VACUUM.format(PATIENCE - 5))
    for trainer in trainers:
        trainer.may_send.set()


@pytest.mark.parametrize("backend", BACKENDS)
def test_kills_during_merges_and_vacuums_lose_and_double_nothing(api, connect, backend, tmp_path):
    moments = random.Random(backend)  # noqa: S311 Not for secrets.
    with serving(backend, tmp_path) as server:
        with connect(server) as services:
            runs = [new_run(api, services) for _ in range(2)]
        trainers = [Trainer(api, connect, run_id, run_id) for run_id in runs]
        for trainer in trainers:
            trainer.meet(server)
            trainer.start()
        try:
            for kill in range(KILLS):
                if backend == "postgresql" and kill == KILLS - 1:
                    wait_for_a_vacuum(server, trainers)
                else:
                    # Points come faster than they are merged: from the first merge on there is
                    # almost always one under way.
                    wait_for(lambda: merges(server) >= 1)
                    time.sleep(moments.uniform(0, 0.2))
                server.kill()
                server.__exit__()
                server.__enter__()
                for trainer in trainers:
                    trainer.meet(server)
        finally:
            for trainer in trainers:
                trainer.is_ending = True
                trainer.may_send.set()
            for trainer in trainers:
                trainer.join()
        with connect(server) as services:
            for trainer in trainers:
                count = counted(api, services, trainer.run_id)
                assert count.points == trainer.sent * Trainer.POINTS
                assert count.segments < trainer.sent
