-- figure: kpi_satisfaction
-- name_az: Xidmətdən razıqalma
-- name_en: Satisfaction with the service
-- formula: answers to `overall` with score / scale ≥ threshold satisfied_min_share / answers to `overall`
-- formula_az: ümumi suala satisfied_min_share həddindən (5-dən 4) aşağı olmayan cavablar ÷ ümumi suala verilən cavablar
-- denominator: answers to the overall question
-- unit: percent
-- source: AR:247 (scale and n are not said); definitions 8 (KPI 8)
-- group: kpi
-- params: period, line
-- target: satisfaction
-- base: surveys WHERE invited_at >= $from AND invited_at < $to AND ($line IS NULL OR line = $line)
-- keys: line, month
-- rows: numerator | 1.0 * score / nullif(scale_max, 0) >= satisfied_min_share - 0.000001 | surveys JOIN (SELECT day, satisfied_min_share FROM days) AS d USING (day) WHERE invited_at >= $from AND invited_at < $to AND ($line IS NULL OR line = $line)
-- rows: denominator | score IS NOT NULL
-- rows: invited | true
-- column: line | Xətt | Line | text
-- column: month | Ay | Month | text
-- column: numerator | Surət | Numerator | count
-- column: denominator | Məxrəc | Denominator | count
-- column: invited | Dəvət edilən | Invited | count
SELECT s.line, s.month,
  count(*) FILTER (WHERE 1.0 * s.score / nullif(s.scale_max, 0) >= d.satisfied_min_share - 0.000001) AS numerator,
  count(s.score) AS denominator,
  count(*) AS invited
FROM surveys s
LEFT JOIN days d ON d.day = s.day
WHERE s.invited_at >= $from AND s.invited_at < $to AND ($line IS NULL OR s.line = $line)
GROUP BY s.line, s.month
ORDER BY s.line, s.month
