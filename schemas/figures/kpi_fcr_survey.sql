-- figure: kpi_fcr_survey
-- name_az: İlk əlaqədən cavablandırma (sorğu üzrə)
-- name_en: Resolved at first contact, by survey
-- formula: answers to `resolved` with score / scale ≥ satisfied_min_share / answers to `resolved`
-- denominator: answers to the question whether the matter was resolved
-- unit: percent
-- source: definitions 8 (KPI 7, reported separately)
-- group: kpi
-- params: period, line
-- base: surveys WHERE invited_at >= $from AND invited_at < $to AND ($line IS NULL OR line = $line)
-- keys: line, month
-- rows: numerator | 1.0 * resolved_score / nullif(resolved_scale_max, 0) >= satisfied_min_share - 0.000001 | surveys JOIN (SELECT day, satisfied_min_share FROM days) AS d USING (day) WHERE invited_at >= $from AND invited_at < $to AND ($line IS NULL OR line = $line)
-- rows: denominator | resolved_score IS NOT NULL
-- column: line | Xətt | Line | text
-- column: month | Ay | Month | text
-- column: numerator | Surət | Numerator | count
-- column: denominator | Məxrəc | Denominator | count
SELECT s.line, s.month,
  count(*) FILTER (WHERE 1.0 * s.resolved_score / nullif(s.resolved_scale_max, 0) >= d.satisfied_min_share - 0.000001) AS numerator,
  count(s.resolved_score) AS denominator
FROM surveys s
LEFT JOIN days d ON d.day = s.day
WHERE s.invited_at >= $from AND s.invited_at < $to AND ($line IS NULL OR s.line = $line)
GROUP BY s.line, s.month
ORDER BY s.line, s.month
