-- figure: kpi_accept_30s
-- name_az: 30 saniyə ərzində cavablandırılmaya qəbul
-- name_en: Accepted within 30 seconds
-- formula: answered with wait ≤ threshold accept_s (30 s) / incoming
-- formula_az: gözləmə müddəti accept_s həddini (30 saniyə) keçməyən cavablandırılmış zənglər ÷ canlı rejimdə daxil olmuş zənglər (qısa itirilənlər daxil)
-- denominator: incoming calls of live service, short lost ones included
-- unit: percent
-- source: AR:255; definitions 7, 8 (KPI 1)
-- group: kpi
-- params: period, line
-- window_days: 2
-- target: accept_30s
-- base: incoming WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- keys: line, month
-- rows: numerator | in_time
-- rows: denominator | true
-- column: line | Xətt | Line | text
-- column: month | Ay | Month | text
-- column: numerator | Surət | Numerator | count
-- column: denominator | Məxrəc | Denominator | count
SELECT line, month, count(*) FILTER (WHERE in_time) AS numerator, count(*) AS denominator
FROM incoming
WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
GROUP BY line, month
ORDER BY line, month
