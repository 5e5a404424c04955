-- view: call_evaluations
-- az: Hər zəngin hər vərəq üzrə ən son qiymətləndirilməsi
-- en: The latest evaluation of each call by each form, with the call's line, representative and time
-- columns_of: evaluations
-- column: evaluated_at | Qiymətləndirildiyi an | When it was evaluated | UTC
-- column: transcript_revision | Həmin mətnin buraxılışı (düzəlişin nömrəsi) | Revision of that transcript
-- column: line | Xətt (qiymətləndirmədə yoxdursa, zəngin xətti) | Line; the call's own where the evaluation names none
-- column: representative | Təmsilçi (qiymətləndirmədə yoxdursa, zəngə cavab verən) | Representative; who answered the call where the evaluation names nobody
-- column: call_at | Zəngin daxil olduğu an (zəng yoxdursa, qiymətləndirmə anı) | When the call was offered; the evaluation's own time when there is no such call | UTC
-- column: day | Bakı vaxtı ilə zəngin günü | Day of the call in Baku | Asia/Baku
--
-- The evaluation of a text that stands goes before that of one which another has replaced; among those the last one made.
-- transcript_revision: an evaluation's revision counts a hundred to each revision of its transcript (docs/decisions/0008); another
-- evaluator's says nothing of it.
WITH judged AS (
  SELECT e.*, t.transcript_id IS NOT NULL AS stands
  FROM evaluations e
  LEFT JOIN (SELECT DISTINCT transcript_id FROM transcripts) t ON t.transcript_id = e.transcript_id
)
SELECT e.evaluation_id, e.call_id, e.transcript_id,
  CASE WHEN e.source = 'meyar/evaluator' THEN e.revision / 100 END AS transcript_revision,
  e.form_id, e.form_version, e.form_language,
  coalesce(e.line, c.line) AS line,
  coalesce(e.representative, c.representative) AS representative,
  e.outcome, e.raw_score, e.coverage, e.verdicts, e.event_time AS evaluated_at,
  coalesce(c.offered_at, e.event_time) AS call_at,
  coalesce(c.day, e.day) AS day
FROM judged e
LEFT JOIN calls c ON c.call_id = e.call_id
WHERE NOT EXISTS (
  SELECT 1 FROM judged n
  WHERE n.call_id = e.call_id AND n.form_id = e.form_id
    AND (n.stands AND NOT e.stands OR n.stands = e.stands
      AND (n.event_time > e.event_time OR (n.event_time = e.event_time AND n.evaluation_id > e.evaluation_id)))
)
