-- name: InsertRunProducers
INSERT INTO run_producers (workspace_id, producer_id, run_id)
SELECT $1, r.producer_id, r.run_id FROM @rows(producer_id text, run_id text)@ AS r WHERE true
ON CONFLICT (workspace_id, producer_id, run_id) DO NOTHING

-- name: ListProducersOfRuns
SELECT run_id, producer_id FROM run_producers WHERE workspace_id = $1 AND run_id @any_text($2)@

-- name: DeleteProducersOfRuns
DELETE FROM run_producers WHERE workspace_id = $1 AND run_id @any_text($2)@

-- name: DeleteProducer
DELETE FROM run_producers WHERE workspace_id = $1 AND producer_id = $2

-- name: UpsertPendingEnds
-- The grace is the first one's.
INSERT INTO pending_run_ends
  (workspace_id, run_id, end_id, producer_id, status, end_time_ms, accepted_ms)
SELECT $1, r.run_id, r.end_id, r.producer_id, r.status, r.end_time_ms, $2
FROM @rows(run_id text, end_id text, producer_id text, status bigint, end_time_ms bigint)@ AS r
WHERE true
ON CONFLICT (workspace_id, run_id)
DO UPDATE SET end_id = excluded.end_id, producer_id = excluded.producer_id,
  status = excluded.status, end_time_ms = excluded.end_time_ms

-- name: DeletePendingEnds
DELETE FROM pending_run_ends WHERE workspace_id = $1 AND run_id @any_text($2)@

-- name: ListAwaited
-- A row for each run that the producer has written to; those with ends that wait for it first.
SELECT e.end_id
FROM run_producers p
LEFT JOIN pending_run_ends e
  ON e.workspace_id = p.workspace_id AND e.run_id = p.run_id
  AND e.producer_id <> p.producer_id AND e.end_id <> p.caught_up_with
WHERE p.workspace_id = $1 AND p.producer_id = $2
ORDER BY e.end_id IS NULL, e.end_id
LIMIT 1000

-- name: RunsOfEnds
SELECT e.run_id
FROM pending_run_ends e
JOIN run_producers p ON p.workspace_id = e.workspace_id AND p.run_id = e.run_id
WHERE e.workspace_id = $1 AND p.producer_id = $2 AND e.end_id @any_text($3)@

-- name: RunsWithEndsOfProducer
-- All runs with a pending end that the producer has written to.
SELECT e.run_id
FROM pending_run_ends e
JOIN run_producers p ON p.workspace_id = e.workspace_id AND p.run_id = e.run_id
WHERE e.workspace_id = $1 AND p.producer_id = $2

-- name: NoteCaughtUp
-- With the ends that are still those.
UPDATE run_producers
SET caught_up_with = COALESCE(
  (SELECT e.end_id FROM pending_run_ends e
   WHERE e.workspace_id = run_producers.workspace_id AND e.run_id = run_producers.run_id
     AND e.end_id @any_text($4)@),
  caught_up_with)
WHERE workspace_id = $1 AND producer_id = $2 AND run_id @any_text($3)@

-- name: ListEndsThatWaitForNobody
SELECT e.run_id, e.status, e.end_time_ms
FROM pending_run_ends e
WHERE e.workspace_id = $1 AND e.run_id @any_text($2)@
  AND NOT EXISTS (
    SELECT 1 FROM run_producers p
    WHERE p.workspace_id = e.workspace_id AND p.run_id = e.run_id
      AND p.producer_id <> e.producer_id AND p.caught_up_with <> e.end_id)

-- name: CountPendingEnds
SELECT COUNT(*) FROM pending_run_ends

-- name: ListLateEnds
-- Of all workspaces.
SELECT workspace_id, run_id
FROM pending_run_ends
WHERE accepted_ms <= $1
ORDER BY accepted_ms
LIMIT 100

-- name: FindLateEnd
SELECT run_id, status, end_time_ms
FROM pending_run_ends
WHERE workspace_id = $1 AND run_id = $2 AND accepted_ms <= $3
