-- figure: estimate_labelled
-- name_az: Təsadüfi seçilmiş zənglərdə insanın və maşının balı
-- name_en: Scores by people and by the machine of calls that chance picked
-- formula: by chance of being picked: mean and variance of the effective score that people gave, and of its difference from the machine’s score of the same call (person − machine) · variance = squared deviations ÷ (n − 1) · a call counts once, by the assessment that was published first; repeated = the others of such calls, which overlapping plans drew again
-- formula_az: seçilmə ehtimalı üzrə: insanın verdiyi yekun balın və onun həmin zəngə maşının verdiyi baldan fərqinin ortası və dispersiyası (n − 1-ə bölünür) · bir zəng bir dəfə, əvvəl dərc edilmiş qiymətlə sayılır; təkrar – kəsişən planlarda yenidən seçilmiş belə zənglərin qalan qiymətləndirmələri
-- denominator: random assessments that were published, not voided and have a score, of calls of the period; of each version of a form by itself
-- unit: score 0–100
-- source: Hájek 1971 and Angelopoulos et al. 2023: only random calls stand for all; what risk, complaint, calibration or review brought is not here
-- group: quality
-- params: period, line
-- window_days: 2
-- base: qa_assessments WHERE purpose = 'random' AND NOT voided AND effective_score IS NOT NULL AND ($line IS NULL OR line = $line) AND call_id IN (SELECT call_id FROM calls WHERE offered_at >= $from AND offered_at < $to)
-- keys: form_id, form_version, probability
-- rows: labelled, mean_score, score_variance | assessment_id IN (SELECT first_value(assessment_id ORDER BY published_at, assessment_id) FROM qa_assessments WHERE purpose = 'random' AND NOT voided AND effective_score IS NOT NULL GROUP BY call_id, form_id, form_version)
-- rows: repeated | NOT (assessment_id IN (SELECT first_value(assessment_id ORDER BY published_at, assessment_id) FROM qa_assessments WHERE purpose = 'random' AND NOT voided AND effective_score IS NOT NULL GROUP BY call_id, form_id, form_version))
-- column: form_id | Forma | Form | text
-- column: form_version | Formanın buraxılışı | Form version | text
-- column: probability | Seçilmə ehtimalı | Chance of being picked | number
-- column: labelled | İnsanın qiymətləndirdiyi | Judged by people | count
-- column: repeated | Təkrar, hesaba daxil olmayan | Repeated, not counted | count
-- column: mean_score | İnsanın orta balı | Mean score by people | score
-- column: score_variance | İnsanın balının dispersiyası | Variance of that score | number
-- column: paired | Maşının da balı olan | Scored by the machine too | count
-- column: miss_mean | Orta fərq (insan − maşın) | Mean difference (person − machine) | number
-- column: miss_variance | Fərqin dispersiyası | Variance of the difference | number
--
-- A call that the machine judged by another version of the form has no pair. Of a call that several plans drew the chance is that of the plan
-- whose label counts.
WITH heard AS (
  SELECT a.form_id, a.form_version, a.probability, a.effective_score AS score, a.effective_score - e.raw_score AS miss,
    row_number() OVER (PARTITION BY a.call_id, a.form_id, a.form_version ORDER BY a.published_at, a.assessment_id) = 1 AS counts
  FROM qa_assessments a
  LEFT JOIN call_evaluations e ON e.call_id = a.call_id AND e.form_id = a.form_id AND e.form_version = a.form_version
  WHERE a.purpose = 'random' AND NOT a.voided AND a.effective_score IS NOT NULL AND ($line IS NULL OR a.line = $line)
    AND a.call_id IN (SELECT call_id FROM calls WHERE offered_at >= $from AND offered_at < $to)
)
SELECT form_id, form_version, probability,
  count(*) FILTER (WHERE counts) AS labelled,
  count(*) FILTER (WHERE NOT counts) AS repeated,
  round(avg(score) FILTER (WHERE counts), 6) AS mean_score,
  round(var_samp(score) FILTER (WHERE counts), 6) AS score_variance,
  count(miss) FILTER (WHERE counts) AS paired,
  round(avg(miss) FILTER (WHERE counts), 6) AS miss_mean,
  round(var_samp(miss) FILTER (WHERE counts), 6) AS miss_variance
FROM heard
GROUP BY form_id, form_version, probability
ORDER BY form_id, form_version, probability IS NULL, probability
