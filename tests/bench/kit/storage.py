"""How much a server's database holds, and whether the compactor has anything left to do."""

import re
import time
from pathlib import Path

from tests.support.postgres import run_sql
from tests.support.raw import Client

# All metric tables of either server, with indexes and TOAST.
SIZE = """
    SELECT sum(pg_total_relation_size(oid)) FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname LIKE '%metric%'
"""
LIVE = "SELECT sum(octet_length(directory) + octet_length(data)), count(*) FROM metric_segments"
VACUUMS = """
    SELECT sum(pg_stat_get_autovacuum_count(relation)) FROM (
      SELECT unnest(ARRAY[oid, reltoastrelid]) AS relation FROM pg_class
      WHERE oid = 'metric_segments'::regclass
    ) AS relations
"""
# A run is merged as far as it goes when it has been quiet for ten seconds, which may be seen ten
# late; the merge takes less than the rest.
SECONDS_IDLE = 25
SECONDS_TO_COMPACT = 900


def size(server):
    """Bytes of the metric tables; of SQLite the whole database with its log."""
    if server.uri.startswith("sqlite"):
        database = Path(server.uri.removeprefix("sqlite:///"))
        return sum(file.stat().st_size for file in database.parent.glob(f"{database.name}*"))
    return int(run_sql(server.uri, SIZE))


def segments(server):
    """Bytes that Rookery's segments hold, and their number (PostgreSQL)."""
    size, count = run_sql(server.uri, LIVE).strip().split("|")
    return int(size), int(count)


def autovacuums(server):
    return int(run_sql(server.uri, VACUUMS))


def wal(server):
    """Bytes of write-ahead log since PostgreSQL was made, of all its databases."""
    return int(run_sql(server.uri, "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint"))


def wait_until_compacted(server, on_look=lambda: None):
    """Returns after how many seconds the last merge was done. Calls `on_look` every second."""
    began = changed = time.monotonic()
    merges = None
    while True:
        with Client(server.url) as client:
            page = client.get("/metrics").body.decode()
        now = time.monotonic()
        backlog = _value(page, "rookery_compaction_backlog_segments")
        merged = _value(page, "rookery_compaction_merges_total")
        if backlog > 0 or merged != merges:
            merges, changed = merged, now
        if now - changed >= SECONDS_IDLE:
            return changed - began
        assert now - began < SECONDS_TO_COMPACT, f"{backlog} segments are not compacted yet"
        on_look()
        time.sleep(1)


def _value(page, name):
    return float(re.search(rf"^{name}(?:{{.*}})? (\S+)$", page, re.MULTILINE)[1])
