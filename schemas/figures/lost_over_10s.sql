-- figure: lost_over_10s
-- name_az: 10 saniyədən çox gözləyib itirilən zənglər
-- name_en: Calls lost after waiting more than 10 seconds
-- formula: lost with wait > threshold lost_short_s (10 s) / offered; exactly 10.0 s counts as short and is shown
-- denominator: incoming calls of live service, short lost ones included
-- unit: percent
-- source: AR:253; definitions 7, 8 (KPI 3)
-- group: lost
-- params: period, line
-- window_days: 2
-- total: line
-- target: lost_gt10
-- base: incoming WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- keys: line
-- rows: offered, percent | true
-- rows: lost | outcome = 'lost'
-- rows: lost_over | outcome = 'lost' AND NOT short
-- rows: exactly | at_limit
-- column: line | Xətt | Line | text
-- column: offered | Daxil olan | Offered | count
-- column: lost | İtirilən | Lost | count
-- column: lost_over | Çox gözləyib itirilən | Lost after a longer wait | count
-- column: exactly | Düz həddə itirilən | Lost at exactly the limit | count
-- column: percent | Faiz | Percent | percent
-- column: target_pct | Hədəf, % | Target, % | percent
-- column: met | Yerinə yetirilib | Met | yes
WITH counted AS (
  SELECT line, sum(denominator) AS offered, sum(numerator) AS counted, sum(lost) AS lost, sum(exactly) AS exactly
  FROM figure_kpi_lost_gt10 GROUP BY line
),
totalled AS (
  SELECT * FROM counted
  UNION ALL
  SELECT NULL, coalesce(sum(offered), 0), coalesce(sum(counted), 0), coalesce(sum(lost), 0), coalesce(sum(exactly), 0) FROM counted
)
SELECT f.line, f.offered, f.lost, f.counted AS lost_over, f.exactly,
  round(100.0 * f.counted / nullif(f.offered, 0), 6) AS percent,
  coalesce(own.value, t.value) AS target_pct,
  100.0 * f.counted / nullif(f.offered, 0) <= coalesce(own.value, t.value) AS met
FROM totalled f
LEFT JOIN ref_targets t ON t.target = 'lost_gt10' AND t.line IS NULL AND t.valid_from <= $last AND (t.valid_to IS NULL OR t.valid_to >= $last)
LEFT JOIN ref_targets own ON own.target = 'lost_gt10' AND own.line = f.line AND own.valid_from <= $last AND (own.valid_to IS NULL OR own.valid_to >= $last)
ORDER BY f.line IS NULL, f.line
