-- figure: calls_by_month
-- name_az: Zənglər aylar üzrə
-- name_en: Calls by month
-- formula: answered % = answered / offered · lost % = lost / offered
-- formula_az: cavablandırılan % = cavablandırılan ÷ daxil olan; itirilən % = itirilən ÷ daxil olan; zəng daxil olduğu aya aiddir
-- denominator: incoming calls of live service of the month
-- unit: calls, percent
-- source: definitions 1
-- group: calls
-- params: period, line
-- window_days: 2
-- by: month
-- chart: month | offered, answered, lost
-- base: incoming WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- keys: month
-- rows: offered, answered_pct, lost_pct | true
-- rows: answered | outcome = 'answered'
-- rows: lost | outcome = 'lost'
-- rows: mean_wait_s | wait_ms IS NOT NULL
-- column: month | Ay | Month | text
-- column: offered | Daxil olan | Offered | count
-- column: answered | Cavablandırılan | Answered | count
-- column: lost | İtirilən | Lost | count
-- column: answered_pct | Cavablandırılan, % | Answered, % | percent
-- column: lost_pct | İtirilən, % | Lost, % | percent
-- column: mean_wait_s | Orta gözləmə, san. | Mean wait, s | seconds
SELECT month,
  count(*) AS offered,
  count(*) FILTER (WHERE outcome = 'answered') AS answered,
  count(*) FILTER (WHERE outcome = 'lost') AS lost,
  round(100.0 * count(*) FILTER (WHERE outcome = 'answered') / count(*), 6) AS answered_pct,
  round(100.0 * count(*) FILTER (WHERE outcome = 'lost') / count(*), 6) AS lost_pct,
  round(avg(wait_ms) / 1000.0, 6) AS mean_wait_s
FROM incoming
WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
GROUP BY month
ORDER BY month
