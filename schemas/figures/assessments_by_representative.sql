-- figure: assessments_by_representative
-- name_az: Təmsilçilər üzrə insanın verdiyi qiymətlər
-- name_en: Assessments by representative (given by people)
-- formula: mean score = unweighted mean of the effective score over random assessments that have one, a call counting once, by the assessment that was published first; what risk, complaint and review brought is counted, and in no mean; calibration is not counted at all. Voided ones are told, and counted in nothing else
-- formula_az: orta bal – təsadüfi seçilmiş və balı olan qiymətləndirmələrin yekun ballarının çəkisiz ortası, bir zəng bir dəfə, əvvəl dərc edilmiş qiymətlə sayılır; risk, şikayət və təkrar baxış üzrə olanlar sayılır, amma ortaya daxil deyil; kalibrləmə ümumiyyətlə sayılmır. Ləğv edilənlər ayrıca göstərilir və başqa heç bir saya daxil deyil
-- denominator: assessments published in the period but those of calibration, the latest state of each; of each version of a form by itself
-- unit: score 0–100
-- source: ST 6.7.1; design law P10: people decide
-- group: quality
-- params: period, line
-- base: qa_assessments WHERE purpose <> 'calibration' AND published_at >= $from AND published_at < $to AND ($line IS NULL OR line = $line)
-- keys: representative, form_id, form_version
-- rows: assessed | NOT voided
-- rows: at_random, mean_score | NOT voided AND purpose = 'random' AND effective_score IS NOT NULL AND assessment_id IN (SELECT first_value(assessment_id ORDER BY published_at, assessment_id) FROM qa_assessments WHERE purpose = 'random' AND NOT voided AND effective_score IS NOT NULL GROUP BY call_id, form_id, form_version)
-- rows: critical | NOT voided AND outcome = 'critical'
-- rows: disputed | NOT voided AND disputed
-- rows: changed | state = 'changed'
-- rows: voided | voided
-- column: representative | Təmsilçi | Representative | text
-- column: form_id | Forma | Form | text
-- column: form_version | Formanın buraxılışı | Form version | text
-- column: assessed | Qiymətləndirilən | Assessed | count
-- column: at_random | Təsadüfi, balı olan | At random, scored | count
-- column: mean_score | Orta bal (təsadüfi) | Mean score (random) | score
-- column: critical | Kritik | Critical | count
-- column: disputed | Etiraz edilən | Disputed | count
-- column: changed | Etirazdan sonra dəyişən | Changed after dispute | count
-- column: voided | Ləğv edilən | Voided | count
SELECT representative, form_id, form_version,
  count(*) FILTER (WHERE NOT voided) AS assessed,
  count(effective_score) FILTER (WHERE is_label) AS at_random,
  round(avg(effective_score) FILTER (WHERE is_label), 1) AS mean_score,
  count(*) FILTER (WHERE NOT voided AND outcome = 'critical') AS critical,
  count(*) FILTER (WHERE NOT voided AND disputed) AS disputed,
  count(*) FILTER (WHERE state = 'changed') AS changed,
  count(*) FILTER (WHERE voided) AS voided
FROM (
  -- Two plans may draw the same call: it counts once.
  SELECT *, purpose = 'random' AND NOT voided AND effective_score IS NOT NULL
    AND row_number() OVER (PARTITION BY call_id, form_id, form_version, purpose, voided, effective_score IS NULL ORDER BY published_at, assessment_id) = 1
    AS is_label
  FROM qa_assessments
)
WHERE purpose <> 'calibration' AND published_at >= $from AND published_at < $to AND ($line IS NULL OR line = $line)
GROUP BY representative, form_id, form_version
ORDER BY representative IS NULL, representative, form_id, form_version
