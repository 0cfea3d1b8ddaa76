-- name: TakeNumbers
-- The next number of each run is its caller's until the transaction ends.
INSERT INTO metric_heads (workspace_id, run_id, last_no)
SELECT $1, r.run_id, 1 FROM @rows(run_id text)@ AS r WHERE true
ON CONFLICT (workspace_id, run_id) DO UPDATE SET last_no = metric_heads.last_no + 1

-- name: InsertSegments
INSERT INTO metric_segments (workspace_id, run_id, segment_no, first_no, points, directory, data)
SELECT $1, r.run_id, h.last_no, h.last_no, r.points, r.directory, r.data
FROM @rows(run_id text, points bigint, directory bytes, data bytes)@ AS r
JOIN metric_heads h ON h.workspace_id = $1 AND h.run_id = r.run_id

-- name: ListSegments
-- The data come along where they are short.
SELECT run_id, segment_no, directory, CASE WHEN length(data) <= $3 THEN data END
FROM metric_segments
WHERE workspace_id = $1 AND run_id @any_text($2)@
ORDER BY run_id, segment_no

-- name: ListSegmentsAfter
SELECT run_id, segment_no, directory, CASE WHEN length(data) <= $3 THEN data END
FROM metric_segments
WHERE workspace_id = $1 AND run_id = $2 AND segment_no > $4
ORDER BY segment_no
LIMIT $5

-- name: ReadSlices
-- A slice is its offset, shifted left by 24 bits, and its size.
SELECT @slice(metric_segments, s, data, r.value >> 24, r.value & 16777215)@
FROM metric_segments s, @ints($4, r)@
WHERE s.workspace_id = $1 AND s.run_id = $2 AND s.segment_no = $3
ORDER BY r.value

-- name: ListSegmentSizes
-- What is in them comes along where the points are few.
SELECT run_id, segment_no, CASE WHEN points < $3 THEN directory END, CASE WHEN points < $3 THEN data END,
  first_no, points
FROM metric_segments
WHERE workspace_id = $1 AND run_id @any_text($2)@
ORDER BY run_id, segment_no

-- name: ListManySegments
-- Runs of all workspaces whose segments are many.
SELECT workspace_id, run_id, count(*)
FROM metric_segments
GROUP BY workspace_id, run_id
HAVING count(*) >= $1

-- name: DeleteSegments
DELETE FROM metric_segments
WHERE workspace_id = $1 AND run_id = $2 AND segment_no BETWEEN $3 AND $4

-- name: InsertMergedSegments
INSERT INTO metric_segments (workspace_id, run_id, segment_no, first_no, points, directory, data)
SELECT $1, r.run_id, r.segment_no, r.first_no, r.points, r.directory, r.data
FROM @rows(run_id text, segment_no bigint, first_no bigint, points bigint, directory bytes, data bytes)@ AS r
WHERE true

-- name: CountStoredPoints
-- A merged segment replaces several numbers.
SELECT coalesce(sum(points), 0), count(*), count(CASE WHEN first_no = segment_no THEN 1 END)
FROM metric_segments
WHERE workspace_id = $1 AND run_id = $2

-- name: LastNumbers
SELECT run_id, last_no
FROM metric_heads
WHERE workspace_id = $1 AND run_id @any_text($2)@

-- name: FindOldSeries
-- Of the table that segments took over from, the first series behind one: whoever began at the beginning each time would
-- read the rows again that are deleted and not vacuumed yet.
SELECT workspace_id, run_id, key
FROM metric_points
WHERE (workspace_id, run_id, key) > ($1, $2, $3)
ORDER BY workspace_id, run_id, key
LIMIT 1

-- name: TakeOldPoints
DELETE FROM metric_points
WHERE workspace_id = $1 AND run_id = $2 AND key = $3
RETURNING value, is_nan, timestamp_ms, step
