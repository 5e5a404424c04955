-- figure: kpi_mv_days
-- name_az: Sorğu xarakterli MV-nin orta cavablandırma müddəti
-- name_en: Mean answering time of query sheets
-- formula: working days from the day of opening (not counted) to the day of the answer (counted), summed / query sheets answered
-- formula_az: MV-nin açıldığı gündən (sayılmır) cavab verildiyi günə (sayılır) qədər iş günlərinin cəmi ÷ dövrdə cavablandırılmış sorğu xarakterli MV
-- denominator: query sheets that the centre answered in the period
-- unit: days
-- source: AR:261-263; definitions 8 (KPI 5; working or calendar days is not said)
-- group: kpi
-- params: period, line
-- window_days: 2
-- target: mv_days
-- needs: calendar
-- base: sheet_moves WHERE kind = 'answered' AND is_query AND moved_at >= $from AND moved_at < $to AND ($line IS NULL OR line = $line)
-- keys: line, month
-- rows: numerator | working_days IS NOT NULL
-- rows: denominator | working_days IS NOT NULL
-- column: line | Xətt | Line | text
-- column: month | Ay | Month | text
-- column: numerator | Surət | Numerator | days
-- column: denominator | Məxrəc | Denominator | count
SELECT line, month, sum(working_days) AS numerator, count(working_days) AS denominator
FROM sheet_moves
WHERE kind = 'answered' AND is_query AND moved_at >= $from AND moved_at < $to AND ($line IS NULL OR line = $line)
GROUP BY line, month
ORDER BY line, month
