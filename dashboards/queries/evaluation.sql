SELECT evaluation_id, call_id, evaluated_at AS created_at, form_id, form_version, form_language, transcript_id, transcript_revision, line, representative, outcome,
  raw_score, coverage, verdicts
FROM call_evaluations
WHERE call_id = $call_id
ORDER BY evaluated_at DESC, evaluation_id
LIMIT 1
