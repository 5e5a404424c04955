-- figure: evaluation_by_representative
-- name_az: Təmsilçilər üzrə qiymətləndirmə (maşının təklifi)
-- name_en: Evaluation by representative (proposed by machine)
-- formula: mean score = mean of raw scores over calls that have one · coverage = mean share of the form's weight that the machine marked
-- formula_az: orta bal – qiymətləndirilən zənglərin ortası; maşının təklifidir
-- denominator: latest evaluation of each call by each form; of each version of a form by itself
-- unit: score 0–100, percent
-- source: design law P10: a proposal, people decide
-- group: quality
-- params: period, line
-- base: call_evaluations WHERE call_at >= $from AND call_at < $to AND ($line IS NULL OR line = $line)
-- keys: representative, form_id, form_version
-- rows: evaluated, coverage_pct | true
-- rows: scored, mean_score, lowest_score | raw_score IS NOT NULL
-- rows: suspected | outcome = 'critical_suspected'
-- rows: abstained | outcome = 'abstained'
-- column: representative | Təmsilçi | Representative | text
-- column: form_id | Forma | Form | text
-- column: form_version | Formanın buraxılışı | Form version | text
-- column: evaluated | Qiymətləndirilən | Evaluated | count
-- column: scored | Balı olan | Scored | count
-- column: mean_score | Orta bal | Mean score | score
-- column: lowest_score | Ən aşağı bal | Lowest score | score
-- column: coverage_pct | Əhatə, % | Coverage, % | percent
-- column: suspected | Kritik şübhə | Critical suspicions | count
-- column: abstained | Qiymətləndirilməyən | Abstained | count
SELECT representative, form_id, form_version,
  count(*) AS evaluated,
  count(raw_score) AS scored,
  round(avg(raw_score), 1) AS mean_score,
  round(min(raw_score), 1) AS lowest_score,
  round(100.0 * avg(coverage), 1) AS coverage_pct,
  count(*) FILTER (WHERE outcome = 'critical_suspected') AS suspected,
  count(*) FILTER (WHERE outcome = 'abstained') AS abstained
FROM call_evaluations
WHERE call_at >= $from AND call_at < $to AND ($line IS NULL OR line = $line)
GROUP BY representative, form_id, form_version
ORDER BY representative IS NULL, representative, form_id, form_version
