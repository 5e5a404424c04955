-- view: verdicts
-- az: Meyarlar üzrə qiymətlər (ən son qiymətləndirmələrdən), bir meyar bir sətirdir
-- en: Verdicts of the latest evaluations, one row a criterion
-- columns_of: call_evaluations
-- column: criterion | Meyar | Criterion
-- column: state | Hal: marked, not_applicable, abstained, suspected | marked, not_applicable, abstained or suspected
-- column: mark | Qiymət; yalnız qiymətləndirilibsə | Mark; only when marked
-- column: confidence | Əminlik | Confidence | 0–1
-- column: reason | Qiymətin əsası | Why
-- column: evidence | Söhbətdən sübutlar | Evidence in the transcript
SELECT evaluation_id, call_id, form_id, form_version, line, representative, call_at, day,
  verdict['criterion'] AS criterion, verdict['state'] AS state, verdict['mark'] AS mark,
  verdict['confidence'] AS confidence, verdict['reason'] AS reason, verdict['evidence'] AS evidence
FROM (
  SELECT evaluation_id, call_id, form_id, form_version, line, representative, call_at, day, unnest(verdicts) AS verdict
  FROM call_evaluations
)
