-- name: OpenProducer
INSERT INTO ingest_producers (workspace_id, producer_id, epoch, next_seq, updated_ms)
VALUES ($1, $2, 1, 0, $3)
ON CONFLICT (workspace_id, producer_id)
DO UPDATE SET epoch = ingest_producers.epoch + 1, updated_ms = excluded.updated_ms

-- name: LockProducers
SELECT producer_id, epoch, next_seq
FROM ingest_producers
WHERE workspace_id = $1 AND producer_id @any_text($2)@
ORDER BY producer_id
@for_update@

-- name: MoveProducer
UPDATE ingest_producers
SET next_seq = $3, updated_ms = $4
WHERE workspace_id = $1 AND producer_id = $2

-- name: InsertGaps
INSERT INTO ingest_gaps
  (workspace_id, producer_id, first_seq, last_seq, reason, run_id, creation_time_ms)
SELECT $1, r.producer_id, r.first_seq, r.last_seq, r.reason, r.run_id, $2
FROM @rows(producer_id text, first_seq bigint, last_seq bigint, reason text, run_id text)@ AS r
WHERE true
ON CONFLICT DO NOTHING

-- name: ListGapsOfRuns
SELECT run_id, producer_id, first_seq, last_seq, reason
FROM ingest_gaps
WHERE workspace_id = $1 AND run_id @any_text($2)@
ORDER BY run_id, creation_time_ms, producer_id, first_seq
