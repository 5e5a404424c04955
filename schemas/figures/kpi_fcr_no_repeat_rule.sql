-- figure: kpi_fcr_no_repeat_rule
-- name_az: İlk əlaqədən cavablandırma (təkrar müraciət nəzərə alınmadan)
-- name_en: Resolved at first contact, repeated contacts not counted
-- formula: appeals answered at once, without a sheet and without redirection / appeals
-- denominator: appeals of answered calls whose topic is serviceable
-- unit: percent
-- source: definitions 8 (variant of KPI 7)
-- group: kpi
-- params: period, line
-- window_days: 14
-- base: call_appeals WHERE from_answered AND serviceable AND appealed_at >= $from AND appealed_at < $to AND ($line IS NULL OR line = $line)
-- keys: line, month
-- rows: numerator | direction = 'immediate'
-- rows: denominator | true
-- column: line | Xətt | Line | text
-- column: month | Ay | Month | text
-- column: numerator | Surət | Numerator | count
-- column: denominator | Məxrəc | Denominator | count
SELECT line, month, count(*) FILTER (WHERE direction = 'immediate') AS numerator, count(*) AS denominator
FROM call_appeals
WHERE from_answered AND serviceable AND appealed_at >= $from AND appealed_at < $to AND ($line IS NULL OR line = $line)
GROUP BY line, month
ORDER BY line, month
