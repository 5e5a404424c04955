-- figure: estimate_machine_all
-- name_az: Maşının bütün zənglərə verdiyi bal (təklif)
-- name_en: The machine’s score over all calls (proposed)
-- formula: mean and variance of raw scores over calls that have one · variance = squared deviations from the mean ÷ (n − 1)
-- formula_az: balı olan zənglərin orta balı və dispersiyası (n − 1-ə bölünür); maşının təklifidir
-- denominator: latest evaluation of each call by each form; of each version of a form by itself
-- unit: score 0–100
-- source: Angelopoulos et al. 2023 (prediction-powered mean: what the machine says of all calls); design law P10: a proposal, people decide
-- group: quality
-- params: period, line
-- base: call_evaluations WHERE call_at >= $from AND call_at < $to AND ($line IS NULL OR line = $line)
-- keys: form_id, form_version
-- rows: evaluated | true
-- rows: scored, mean_score, score_variance | raw_score IS NOT NULL
-- column: form_id | Forma | Form | text
-- column: form_version | Formanın buraxılışı | Form version | text
-- column: evaluated | Qiymətləndirilən | Evaluated | count
-- column: scored | Balı olan | Scored | count
-- column: mean_score | Orta bal | Mean score | score
-- column: score_variance | Balın dispersiyası | Variance of the score | number
SELECT form_id, form_version,
  count(*) AS evaluated,
  count(raw_score) AS scored,
  round(avg(raw_score), 6) AS mean_score,
  round(var_samp(raw_score), 6) AS score_variance
FROM call_evaluations
WHERE call_at >= $from AND call_at < $to AND ($line IS NULL OR line = $line)
GROUP BY form_id, form_version
ORDER BY form_id, form_version
