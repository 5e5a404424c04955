-- figure: estimate_labelled_by_criterion
-- name_az: Meyarlar üzrə maşının dəqiqliyi (təsadüfi seçilmiş zənglərdə)
-- name_en: The machine’s accuracy by criterion, on calls that chance picked
-- formula: heard = marked by people · pairs = judged by the machine too (marked or suspected) · errors = people gave less than the full mark · found = the machine reported them too · sound = people gave the full mark · left alone = so did the machine
-- formula_az: dinlənilən – insanın qiymətləndirdiyi · cüt – maşının da baxdığı · səhv – insan tam baldan aşağı verib · tapılan – maşın da göstərib · səhvsiz – insan tam bal verib · toxunulmayan – maşın da tam bal verib
-- denominator: marks of random assessments that were published and not voided, of calls of the period; of a call that overlapping plans drew again only those of the assessment that was published first; of each version of a form by itself
-- unit: calls
-- source: Rogan & Gladen 1978 (sensitivity, specificity); only random calls stand for all
-- group: quality
-- params: period, line
-- window_days: 2
-- base: qa_marks WHERE purpose = 'random' AND NOT voided AND assessment_id IN (SELECT first_value(assessment_id ORDER BY published_at, assessment_id) FROM qa_assessments WHERE purpose = 'random' AND NOT voided AND effective_score IS NOT NULL GROUP BY call_id, form_id, form_version) AND ($line IS NULL OR line = $line) AND call_id IN (SELECT call_id FROM calls WHERE offered_at >= $from AND offered_at < $to)
-- keys: form_id, form_version, criterion
-- rows: heard | state = 'marked'
-- column: form_id | Forma | Form | text
-- column: form_version | Formanın buraxılışı | Form version | text
-- column: criterion | Meyar | Criterion | text
-- column: heard | Dinlənilən | Heard | count
-- column: pairs | Cüt | Pairs | count
-- column: errors | Səhv | Errors | count
-- column: found | Tapılan səhv | Errors found | count
-- column: sound | Səhvsiz | Sound | count
-- column: left_alone | Toxunulmayan | Left alone | count
--
-- Held against the verdicts that stand now, the same that are counted over all calls; not against what an assessor once saw.
WITH heard AS (
  SELECT m.form_id, m.form_version, m.criterion, m.mark < 1 AS error,
    CASE WHEN v.state = 'suspected' THEN true WHEN v.state = 'marked' THEN v.mark < 1 END AS reported
  FROM qa_marks m
  LEFT JOIN verdicts v
    ON v.call_id = m.call_id AND v.form_id = m.form_id AND v.form_version = m.form_version AND v.criterion = m.criterion
  WHERE m.purpose = 'random' AND NOT m.voided AND m.state = 'marked' AND m.assessment_id IN (SELECT first_value(assessment_id ORDER BY published_at, assessment_id) FROM qa_assessments WHERE purpose = 'random' AND NOT voided AND effective_score IS NOT NULL GROUP BY call_id, form_id, form_version)
    AND ($line IS NULL OR m.line = $line)
    AND m.call_id IN (SELECT call_id FROM calls WHERE offered_at >= $from AND offered_at < $to)
)
SELECT form_id, form_version, criterion,
  count(*) AS heard,
  count(reported) AS pairs,
  count(*) FILTER (WHERE error AND reported IS NOT NULL) AS errors,
  count(*) FILTER (WHERE error AND reported) AS found,
  count(*) FILTER (WHERE NOT error AND reported IS NOT NULL) AS sound,
  count(*) FILTER (WHERE NOT error AND NOT reported) AS left_alone
FROM heard
GROUP BY form_id, form_version, criterion
ORDER BY form_id, form_version, criterion
