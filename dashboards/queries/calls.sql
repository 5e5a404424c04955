-- The list of a period's calls, narrowed by whatever was chosen; an empty parameter chooses nothing.
WITH judged AS (
  SELECT call_id, outcome, raw_score, row_number() OVER (PARTITION BY call_id ORDER BY evaluated_at DESC, evaluation_id) AS newest
  FROM call_evaluations
  WHERE strpos($blind, concat(chr(10), call_id, chr(10))) = 0
),
sounds AS (
  SELECT DISTINCT call_id FROM recordings
),
listed AS (
  SELECT c.call_id, c.line, c.outcome, c.lost_reason, c.offered_at, coalesce(c.wait_ms, c.waited_ms) AS wait_ms, c.handle_ms,
    c.representative, c.direction, j.outcome AS evaluation, j.raw_score, s.call_id IS NOT NULL AS has_recording
  FROM calls c
  LEFT JOIN judged j ON j.call_id = c.call_id AND j.newest = 1
  LEFT JOIN sounds s ON s.call_id = c.call_id
  WHERE c.offered_at >= $from AND c.offered_at < $to
    AND ($line IS NULL OR c.line = $line)
    AND ($outcome IS NULL OR c.outcome = $outcome)
    AND ($representative IS NULL OR c.representative = $representative)
    AND CASE $assessed
      WHEN 'yes' THEN j.outcome IS NOT NULL
      WHEN 'no' THEN j.outcome IS NULL
      WHEN 'suspected' THEN j.outcome = 'critical_suspected'
      ELSE true
    END
)
