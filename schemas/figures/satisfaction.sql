-- figure: satisfaction
-- name_az: Xidmətdən razıqalma
-- name_en: Satisfaction with the service
-- formula: satisfied = score / scale_max ≥ threshold satisfied_min_share; Wilson 95 % interval; worst case: nobody, or everybody, of those who did not answer was satisfied; no share below survey_min_answers
-- formula_az: razı = qiymət ÷ şkala satisfied_min_share həddindən aşağı deyil; Vilson 95 % intervalı; ən pis hal: cavab verməyənlərin hamısı narazı və ya razı
-- denominator: answers to the overall question; response rate and worst case: invitations
-- unit: percent
-- source: AR:247; definitions 7, 8 (KPI 8); Wilson score interval, z = 1.959964
-- group: satisfaction
-- params: period, line
-- total: line
-- target: satisfaction
-- base: surveys WHERE invited_at >= $from AND invited_at < $to AND ($line IS NULL OR line = $line)
-- keys: line
-- rows: invited, response_pct, worst_low_pct, worst_high_pct | true
-- rows: answered, percent, low_pct, high_pct | score IS NOT NULL
-- rows: satisfied | 1.0 * score / nullif(scale_max, 0) >= satisfied_min_share - 0.000001 | surveys JOIN (SELECT day, satisfied_min_share FROM days) AS d USING (day) WHERE invited_at >= $from AND invited_at < $to AND ($line IS NULL OR line = $line)
-- column: line | Xətt | Line | text
-- column: invited | Dəvət edilən | Invited | count
-- column: answered | Cavab (n) | Answers (n) | count
-- column: response_pct | Cavab payı, % | Response rate, % | percent
-- column: satisfied | Razı | Satisfied | count
-- column: percent | Razıqalma, % | Satisfied, % | percent
-- column: low_pct | 95 % aşağı | 95 % low | percent
-- column: high_pct | 95 % yuxarı | 95 % high | percent
-- column: worst_low_pct | Ən pis hal, aşağı | Worst case, low | percent
-- column: worst_high_pct | Ən pis hal, yuxarı | Worst case, high | percent
-- column: enough | Cavab sayı yetərlidir | Enough answers to print | yes
-- column: target_pct | Hədəf, % | Target, % | percent
-- column: met | Yerinə yetirilib | Met | yes
WITH counted AS (
  SELECT line, sum(invited) AS invited, sum(denominator) AS answered, sum(numerator) AS counted FROM figure_kpi_satisfaction GROUP BY line
),
totalled AS (
  SELECT * FROM counted
  UNION ALL
  SELECT NULL, coalesce(sum(invited), 0), coalesce(sum(answered), 0), coalesce(sum(counted), 0) FROM counted
),
judged AS (
  SELECT c.line, c.invited, c.answered, c.counted, c.answered >= d.survey_min_answers AS enough,
    CASE WHEN c.answered >= d.survey_min_answers THEN 1.0 * c.counted / c.answered END AS p, 1.0 * c.answered AS n, 3.841459 AS z2
  FROM totalled c CROSS JOIN (SELECT survey_min_answers FROM days WHERE day = $last) d
)
SELECT f.line, f.invited, f.answered,
  round(100.0 * f.answered / nullif(f.invited, 0), 6) AS response_pct,
  CASE WHEN f.enough THEN f.counted END AS satisfied,
  round(100.0 * f.p, 6) AS percent,
  round(100.0 * (f.p + f.z2 / (2 * f.n) - sqrt(f.z2 * (f.p * (1 - f.p) + f.z2 / (4 * f.n)) / f.n)) / (1 + f.z2 / f.n), 6) AS low_pct,
  round(100.0 * (f.p + f.z2 / (2 * f.n) + sqrt(f.z2 * (f.p * (1 - f.p) + f.z2 / (4 * f.n)) / f.n)) / (1 + f.z2 / f.n), 6) AS high_pct,
  round(CASE WHEN f.enough THEN 100.0 * f.counted / f.invited END, 6) AS worst_low_pct,
  round(CASE WHEN f.enough THEN 100.0 * (f.counted + f.invited - f.answered) / f.invited END, 6) AS worst_high_pct,
  f.enough,
  coalesce(own.value, t.value) AS target_pct,
  100.0 * f.p >= coalesce(own.value, t.value) AS met
FROM judged f
LEFT JOIN ref_targets t ON t.target = 'satisfaction' AND t.line IS NULL AND t.valid_from <= $last AND (t.valid_to IS NULL OR t.valid_to >= $last)
LEFT JOIN ref_targets own ON own.target = 'satisfaction' AND own.line = f.line AND own.valid_from <= $last AND (own.valid_to IS NULL OR own.valid_to >= $last)
ORDER BY f.line IS NULL, f.line
