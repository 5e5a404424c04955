-- figure: kpi_callback_reached
-- name_az: Əks əlaqə: şəxsə çatan zənglər
-- name_en: Callback: people due who were reached
-- formula: people reached the same day / people due
-- denominator: one a person and day: lost after more than 10 s, and not answered on redialling
-- unit: percent
-- source: definitions 8 (variant of KPI 9)
-- group: kpi
-- params: period, line
-- window_days: 2
-- base: due_callbacks WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- keys: line, month
-- rows: numerator | reached
-- rows: denominator | true
-- column: line | Xətt | Line | text
-- column: month | Ay | Month | text
-- column: numerator | Surət | Numerator | count
-- column: denominator | Məxrəc | Denominator | count
SELECT line, month, count(*) FILTER (WHERE reached) AS numerator, count(*) AS denominator
FROM due_callbacks
WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
GROUP BY line, month
ORDER BY line, month
