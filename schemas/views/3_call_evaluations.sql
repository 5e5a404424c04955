-- view: call_evaluations
-- az: Hər zəngin hər vərəq üzrə ən son qiymətləndirilməsi
-- en: The latest evaluation of each call by each form, with the call's line, representative and time
SELECT e.evaluation_id, e.call_id, e.transcript_id, e.form_id, e.form_version, e.form_language,
  coalesce(e.line, c.line) AS line,
  coalesce(e.representative, c.representative) AS representative,
  e.outcome, e.raw_score, e.coverage, e.verdicts, e.event_time AS evaluated_at,
  coalesce(c.offered_at, e.event_time) AS call_at,
  coalesce(c.day, e.day) AS day
FROM (
  SELECT *, row_number() OVER (PARTITION BY call_id, form_id ORDER BY event_time DESC, evaluation_id DESC) AS newest
  FROM evaluations
) e
LEFT JOIN calls c ON c.call_id = e.call_id
WHERE e.newest = 1
