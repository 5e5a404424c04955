-- view: qa_assessments
-- az: İnsanın verdiyi qiymətlər: hər qiymətləndirmənin ən son halı, bir qiymətləndirmə bir sətirdir
-- en: What people judged: the latest state of each assessment, one row an assessment; voided ones stand there, marked
-- columns_of: assessments
-- column: voided | Ləğv edilibmi: sayılmır | Whether it was voided: it does not count then
-- column: disputed | Etiraz edilibmi, qərar verilibsə də | Whether it was disputed, decided or not
-- column: assessed_day | Bakı vaxtı ilə qiymətləndirildiyi gün | Day on which the marks were given, in Baku | Asia/Baku
-- column: published_day | Bakı vaxtı ilə elan edildiyi gün | Day of its publication in Baku | Asia/Baku
-- column: month | Bakı vaxtı ilə elan edildiyi ay (YYYY-MM) | Month of its publication in Baku | Asia/Baku
-- column: state_at | Bu hala keçdiyi an | When it came to this state | UTC
--
-- What was decided in a dispute stands in its marks already: a changed one has the marks of the decision.
SELECT assessment_id, call_id, line, representative, form_id, form_version, evaluation_id, evaluation_revision, purpose, method, plan_id, probability, assessor,
  state, state = 'voided' AS voided, event_time AS state_at, outcome, raw_score, effective_score, gates, marks, comment,
  assessed_at, CAST(assessed_at AT TIME ZONE 'Asia/Baku' AS DATE) AS assessed_day,
  published_at, CAST(published_at AT TIME ZONE 'Asia/Baku' AS DATE) AS published_day,
  substr(CAST(CAST(published_at AT TIME ZONE 'Asia/Baku' AS DATE) AS VARCHAR), 1, 7) AS month,
  dispute_opened_at IS NOT NULL AS disputed, dispute_opened_at, dispute_due_on, dispute_decided_at, dispute_decided_by, dispute_points
FROM assessments
