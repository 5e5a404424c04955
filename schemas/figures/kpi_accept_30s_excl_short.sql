-- figure: kpi_accept_30s_excl_short
-- name_az: 30 saniyə ərzində qəbul (qısa itirilənlər nəzərə alınmadan)
-- name_en: Accepted within 30 seconds, short lost calls left out
-- formula: answered with wait ≤ accept_s / (incoming − lost after at most lost_short_s)
-- denominator: incoming calls without short lost ones
-- unit: percent
-- source: definitions 8 (variant of KPI 1)
-- group: kpi
-- params: period, line
-- window_days: 2
-- base: incoming WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- keys: line, month
-- rows: numerator | in_time
-- rows: denominator | NOT short
-- column: line | Xətt | Line | text
-- column: month | Ay | Month | text
-- column: numerator | Surət | Numerator | count
-- column: denominator | Məxrəc | Denominator | count
SELECT line, month, count(*) FILTER (WHERE in_time) AS numerator, count(*) FILTER (WHERE NOT short) AS denominator
FROM incoming
WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
GROUP BY line, month
ORDER BY line, month
