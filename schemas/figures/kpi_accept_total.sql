-- figure: kpi_accept_total
-- name_az: Ümumilikdə cavablandırılmaya qəbul
-- name_en: Accepted in all
-- formula: answered / incoming
-- formula_az: cavablandırılmış zənglər ÷ canlı rejimdə daxil olmuş zənglər (qısa itirilənlər daxil)
-- denominator: incoming calls of live service, short lost ones included
-- unit: percent
-- source: AR:257; definitions 7, 8 (KPI 2)
-- group: kpi
-- params: period, line
-- window_days: 2
-- target: accept_total
-- base: incoming WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- keys: line, month
-- rows: numerator | outcome = 'answered'
-- rows: denominator | true
-- rows: lost | outcome = 'lost'
-- rows: unfinished | outcome NOT IN ('answered', 'lost')
-- column: line | Xətt | Line | text
-- column: month | Ay | Month | text
-- column: numerator | Surət | Numerator | count
-- column: denominator | Məxrəc | Denominator | count
-- column: lost | İtirilən | Lost | count
-- column: unfinished | Bitməyən | Unfinished | count
SELECT line, month, count(*) FILTER (WHERE outcome = 'answered') AS numerator, count(*) AS denominator,
  count(*) FILTER (WHERE outcome = 'lost') AS lost,
  count(*) FILTER (WHERE outcome NOT IN ('answered', 'lost')) AS unfinished
FROM incoming
WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
GROUP BY line, month
ORDER BY line, month
