-- figure: efficiency_factors
-- name_az: Səmərəliliyə təsir edən amillər
-- name_en: What efficiency depends on
-- formula: means over answered calls of each level of each factor; score = mean raw score of the latest evaluations of those calls (the machine's proposal); satisfied % = satisfied / answers, from survey_min_answers answers on. A difference is no cause
-- formula_az: hər amilin hər qiyməti üzrə cavablandırılmış zənglərin orta göstəriciləri; bal maşının təklifidir. Fərq hələ səbəb demək deyil
-- denominator: answered incoming calls of one level of one factor; each call stands once under every factor
-- unit: calls, seconds, score 0–100, percent
-- source: ST 4.0.5, 6.10.2; register F11
-- group: quality
-- params: period, line
-- window_days: 2
-- base: call_factors WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- keys: factor, level
-- rows: answered | true
-- rows: mean_handle_s | handle_ms IS NOT NULL
-- rows: evaluated | true | call_evaluations JOIN (SELECT call_id, factor, level FROM call_factors WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)) AS i USING (call_id)
-- rows: mean_score | raw_score IS NOT NULL | call_evaluations JOIN (SELECT call_id, factor, level FROM call_factors WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)) AS i USING (call_id)
-- rows: survey_answers, satisfied_pct | score IS NOT NULL | surveys JOIN (SELECT call_id, factor, level FROM call_factors WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)) AS i USING (call_id)
-- column: factor | Amil | Factor | code
-- column: level | Qiyməti | Level | code
-- column: answered | Cavablandırılan | Answered | count
-- column: mean_handle_s | Orta xidmət, san. | Mean handle time, s | seconds
-- column: evaluated | Qiymətləndirilən | Evaluated | count
-- column: mean_score | Orta bal (maşın) | Mean score (machine) | score
-- column: survey_answers | Sorğu cavabı | Survey answers | count
-- column: satisfied_pct | Razıqalma, % | Satisfied, % | percent
WITH answered AS (
  SELECT call_id, factor, level, handle_ms FROM call_factors
  WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
),
talked AS (
  SELECT factor, level, count(*) AS answered, sum(handle_ms) AS handle_ms, count(handle_ms) AS handles
  FROM answered GROUP BY factor, level
),
scored AS (
  SELECT a.factor, a.level, count(*) AS evaluated, avg(e.raw_score) AS mean_score
  FROM answered a JOIN call_evaluations e ON e.call_id = a.call_id GROUP BY a.factor, a.level
),
asked AS (
  SELECT a.factor, a.level, count(s.score) AS answers, max(d.survey_min_answers) AS fewest,
    count(*) FILTER (WHERE 1.0 * s.score / nullif(s.scale_max, 0) >= d.satisfied_min_share - 0.000001) AS satisfied
  FROM answered a JOIN surveys s ON s.call_id = a.call_id LEFT JOIN days d ON d.day = s.day GROUP BY a.factor, a.level
)
SELECT t.factor, t.level, t.answered,
  round(t.handle_ms / 1000.0 / nullif(t.handles, 0), 6) AS mean_handle_s,
  coalesce(s.evaluated, 0) AS evaluated, round(s.mean_score, 6) AS mean_score,
  coalesce(k.answers, 0) AS survey_answers,
  CASE WHEN k.answers >= k.fewest THEN round(100.0 * k.satisfied / k.answers, 6) END AS satisfied_pct
FROM talked t
LEFT JOIN scored s ON s.factor = t.factor AND s.level = t.level
LEFT JOIN asked k ON k.factor = t.factor AND k.level = t.level
ORDER BY t.factor, t.level
