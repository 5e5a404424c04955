-- view: qa_marks
-- az: İnsanın meyarlar üzrə verdiyi qiymətlər maşının təklifi ilə yanaşı (ən son hallardan), bir meyar bir sətirdir
-- en: Marks that people gave beside what the machine had proposed, of the latest states; one row a criterion
-- columns_of: qa_assessments
-- column: assessment_state | Qiymətləndirmənin halı | State of the assessment
-- column: criterion | Meyar | Criterion
-- column: state | Hal: marked, not_applicable | State of the mark: marked, not_applicable
-- column: mark | Qiymət; yalnız qiymətləndirilibsə | Mark; only when marked | 0–1
-- column: proposed_state | Maşının təklif etdiyi hal: marked, not_applicable, abstained, suspected; təklif yoxdursa, boşdur | What the machine had proposed: marked, not_applicable, abstained, suspected; empty where nothing
-- column: proposed_mark | Maşının təklif etdiyi qiymət | Mark that the machine had proposed | 0–1
-- column: agreed | İnsan maşınla razılaşıbmı; təklif yoxdursa, boşdur | Whether it is what was proposed; empty where nothing was
-- column: critical | Kritik səhv təsdiqlənibmi | Whether a critical error was confirmed
-- column: reason | Dəyişikliyin əsası | Why it is not what was proposed
-- column: comment | Meyar üzrə qeyd | What the person wrote about the criterion
--
-- What the machine abstained from, or only suspected, is no proposal. agreed is told by the marks as they stand now: what a dispute changed is
-- held against the same proposal.
SELECT assessment_id, call_id, line, representative, form_id, form_version, evaluation_id, purpose, assessor, assessment_state, voided,
  assessed_at, assessed_day, published_at, published_day, month,
  given['criterion'] AS criterion, given['state'] AS state, given['mark'] AS mark,
  given['proposed_state'] AS proposed_state, given['proposed_mark'] AS proposed_mark,
  CASE WHEN given['proposed_state'] IN ('marked', 'not_applicable')
    THEN given['state'] = given['proposed_state'] AND given['mark'] IS NOT DISTINCT FROM given['proposed_mark'] END AS agreed,
  given['critical'] AS critical, given['reason'] AS reason, given['comment'] AS comment
FROM (
  SELECT assessment_id, call_id, line, representative, form_id, form_version, evaluation_id, purpose, assessor, state AS assessment_state, voided,
    assessed_at, assessed_day, published_at, published_day, month, unnest(marks) AS given
  FROM qa_assessments
)
