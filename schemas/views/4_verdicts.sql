-- view: verdicts
-- az: Meyarlar üzrə qiymətlər (ən son qiymətləndirmələrdən), bir meyar bir sətirdir
-- en: Verdicts of the latest evaluations, one row a criterion
SELECT evaluation_id, call_id, form_id, form_version, line, representative, call_at, day,
  verdict['criterion'] AS criterion, verdict['state'] AS state, verdict['mark'] AS mark,
  verdict['confidence'] AS confidence, verdict['reason'] AS reason, verdict['evidence'] AS evidence
FROM (
  SELECT evaluation_id, call_id, form_id, form_version, line, representative, call_at, day, unnest(verdicts) AS verdict
  FROM call_evaluations
)
