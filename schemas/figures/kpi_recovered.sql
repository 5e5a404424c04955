-- figure: kpi_recovered
-- name_az: Bərpa edilmiş itirilmiş zənglər
-- name_en: Lost calls recovered
-- formula: lost calls over 10 s that were redialled and answered, or reached by a callback / lost calls over 10 s
-- denominator: lost calls with wait > lost_short_s
-- unit: percent
-- source: definitions 8 (variant of KPI 9)
-- group: kpi
-- params: period, line
-- window_days: 2
-- base: lost_calls WHERE NOT short AND offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- keys: line, month
-- rows: numerator | part = 'redialled_answered' OR reached
-- rows: denominator | true
-- column: line | Xətt | Line | text
-- column: month | Ay | Month | text
-- column: numerator | Surət | Numerator | count
-- column: denominator | Məxrəc | Denominator | count
SELECT line, month, count(*) FILTER (WHERE part = 'redialled_answered' OR reached) AS numerator, count(*) AS denominator
FROM lost_calls
WHERE NOT short AND offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
GROUP BY line, month
ORDER BY line, month
