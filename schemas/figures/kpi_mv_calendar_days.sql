-- figure: kpi_mv_calendar_days
-- name_az: Sorğu xarakterli MV-nin orta cavablandırma müddəti (təqvim günü)
-- name_en: Mean answering time of query sheets, calendar days
-- formula: calendar days from the day of opening to the day of the answer, summed / query sheets answered
-- denominator: query sheets that the centre answered in the period
-- unit: days
-- source: definitions 8 (beside KPI 5)
-- group: kpi
-- params: period, line
-- window_days: 2
-- base: sheet_moves WHERE kind = 'answered' AND is_query AND moved_at >= $from AND moved_at < $to AND ($line IS NULL OR line = $line)
-- keys: line, month
-- rows: numerator | calendar_days IS NOT NULL
-- rows: denominator | calendar_days IS NOT NULL
-- column: line | Xətt | Line | text
-- column: month | Ay | Month | text
-- column: numerator | Surət | Numerator | days
-- column: denominator | Məxrəc | Denominator | count
SELECT line, month, sum(calendar_days) AS numerator, count(calendar_days) AS denominator
FROM sheet_moves
WHERE kind = 'answered' AND is_query AND moved_at >= $from AND moved_at < $to AND ($line IS NULL OR line = $line)
GROUP BY line, month
ORDER BY line, month
