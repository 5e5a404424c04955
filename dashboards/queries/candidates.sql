-- The answered calls of some days, with what the choice of calls to be heard may rest on; an empty line chooses all of them.
-- Appeals and sheets may come days after the call, so they are not narrowed by the days themselves.
WITH answered AS (
  SELECT call_id, representative, line, location, hold_ms
  FROM calls
  WHERE outcome = 'answered' AND offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
),
judged AS (
  SELECT call_id, outcome, raw_score, row_number() OVER (PARTITION BY call_id ORDER BY evaluated_at DESC, evaluation_id) AS newest
  FROM call_evaluations
),
-- Sound that was deleted cannot be heard.
sounds AS (
  SELECT DISTINCT call_id FROM recordings WHERE path IS NOT NULL
),
appealed AS (
  SELECT call_id, bool_or(coalesce(urgent, false)) AS urgent,
    first_value(topics[1] ORDER BY event_time, appeal_id) AS topic
  FROM appeals
  WHERE call_id IS NOT NULL
  GROUP BY call_id
),
-- What people noted as a complaint and linked to the call, unless it was taken back. Sheets do not say that a complaint is about a
-- representative; one about the body itself comes nearest, one about a third party does not.
complained AS (
  SELECT call_id FROM qa_complaints WHERE call_id IS NOT NULL AND state <> 'withdrawn'
  UNION
  SELECT call_id FROM sheets WHERE class = 'body_complaint' AND call_id IS NOT NULL
),
asked AS (
  SELECT call_id, min(least(
      CASE WHEN scale_max > scale_min THEN (score - scale_min) / CAST(scale_max - scale_min AS DOUBLE) END,
      CASE WHEN resolved_scale_max > 0 THEN resolved_score / CAST(resolved_scale_max AS DOUBLE) END
    )) AS survey_share
  FROM surveys
  WHERE call_id IS NOT NULL
  GROUP BY call_id
)
SELECT a.call_id, a.representative, a.line, p.topic, a.location, s.call_id IS NOT NULL AS has_recording, j.raw_score,
  coalesce(j.outcome = 'critical_suspected', false) AS suspected, a.hold_ms, q.survey_share,
  c.call_id IS NOT NULL AS complaint, coalesce(p.urgent, false) AS urgent
FROM answered a
LEFT JOIN judged j ON j.call_id = a.call_id AND j.newest = 1
LEFT JOIN sounds s ON s.call_id = a.call_id
LEFT JOIN appealed p ON p.call_id = a.call_id
LEFT JOIN complained c ON c.call_id = a.call_id
LEFT JOIN asked q ON q.call_id = a.call_id
ORDER BY a.call_id
