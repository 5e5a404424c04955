-- figure: kpi_mv_query_share
-- name_az: MV tərtib edilmiş sorğu xarakterli müraciətlərin xüsusi çəkisi
-- name_en: Share of enquiries that needed a sheet
-- formula: query sheets compiled / answered calls
-- formula_az: tərtib edilmiş sorğu xarakterli MV (mürəkkəb sual, elektron xidmət xətası) ÷ cavablandırılmış zənglər
-- denominator: answered calls of live service of the structure
-- unit: percent
-- source: AR:259; definitions 7, 8 (KPI 4)
-- group: kpi
-- params: period, line
-- window_days: 2
-- target: mv_query_share
-- base: incoming WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- keys: line, month
-- rows: denominator | outcome = 'answered'
-- rows: numerator | kind = 'opened' AND is_query | sheet_moves WHERE moved_at >= $from AND moved_at < $to AND ($line IS NULL OR line = $line)
-- column: line | Xətt | Line | text
-- column: month | Ay | Month | text
-- column: numerator | Surət | Numerator | count
-- column: denominator | Məxrəc | Denominator | count
WITH compiled AS (
  SELECT line, month, count(*) AS numerator FROM sheet_moves
  WHERE kind = 'opened' AND is_query AND moved_at >= $from AND moved_at < $to AND ($line IS NULL OR line = $line)
  GROUP BY line, month
),
answered AS (
  SELECT line, month, count(*) AS denominator FROM incoming
  WHERE outcome = 'answered' AND offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
  GROUP BY line, month
)
SELECT coalesce(c.line, a.line) AS line, coalesce(c.month, a.month) AS month,
  coalesce(c.numerator, 0) AS numerator, coalesce(a.denominator, 0) AS denominator
FROM compiled c FULL JOIN answered a ON a.line = c.line AND a.month = c.month
ORDER BY 1, 2
