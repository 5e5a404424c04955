-- figure: kpi_lost_gt10_excl_short
-- name_az: 10 saniyədən çox gözləyib itirilənlər (qısa itirilənlər nəzərə alınmadan)
-- name_en: Lost after more than 10 seconds, short lost calls left out
-- formula: lost with wait > lost_short_s / (incoming − lost after at most lost_short_s)
-- denominator: incoming calls without short lost ones
-- unit: percent
-- source: definitions 7 (variant of KPI 3)
-- group: kpi
-- params: period, line
-- window_days: 2
-- base: incoming WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- keys: line, month
-- rows: numerator | outcome = 'lost' AND NOT short
-- rows: denominator | NOT short
-- column: line | Xətt | Line | text
-- column: month | Ay | Month | text
-- column: numerator | Surət | Numerator | count
-- column: denominator | Məxrəc | Denominator | count
SELECT line, month, count(*) FILTER (WHERE outcome = 'lost' AND NOT short) AS numerator, count(*) FILTER (WHERE NOT short) AS denominator
FROM incoming
WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
GROUP BY line, month
ORDER BY line, month
