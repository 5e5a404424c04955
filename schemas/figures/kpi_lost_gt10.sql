-- figure: kpi_lost_gt10
-- name_az: 10 saniyədən çox gözləyib itirilən zənglər
-- name_en: Lost after waiting more than 10 seconds
-- formula: lost with wait > threshold lost_short_s (10 s) / incoming; exactly 10.0 s counts as short
-- formula_az: lost_short_s həddindən (10 saniyə) çox gözləyib itirilmiş zənglər ÷ canlı rejimdə daxil olmuş zənglər; düz 10,0 saniyə qısa sayılır
-- denominator: incoming calls of live service, short lost ones included
-- unit: percent
-- source: AR:253; definitions 7, 8 (KPI 3)
-- group: kpi
-- params: period, line
-- window_days: 2
-- target: lost_gt10
-- base: incoming WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- keys: line, month
-- rows: numerator | outcome = 'lost' AND NOT short
-- rows: denominator | true
-- rows: lost | outcome = 'lost'
-- rows: exactly | at_limit
-- column: line | Xətt | Line | text
-- column: month | Ay | Month | text
-- column: numerator | Surət | Numerator | count
-- column: denominator | Məxrəc | Denominator | count
-- column: lost | İtirilən | Lost | count
-- column: exactly | Düz həddə itirilən | Lost at exactly the limit | count
SELECT line, month, count(*) FILTER (WHERE outcome = 'lost' AND NOT short) AS numerator, count(*) AS denominator,
  count(*) FILTER (WHERE outcome = 'lost') AS lost,
  count(*) FILTER (WHERE at_limit) AS exactly
FROM incoming
WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
GROUP BY line, month
ORDER BY line, month
