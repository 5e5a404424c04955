-- figure: lost_over_10s
-- name_az: 10 saniyədən çox gözləyib itirilən zənglər
-- name_en: Calls lost after waiting more than 10 seconds
-- formula: lost with wait > threshold lost_short_s (10 s) / offered; exactly 10.0 s counts as short and is shown
-- denominator: all incoming calls of the line, short lost ones included
-- unit: percent
-- source: definitions 7, 8 (KPI 3)
-- params: period, line
-- window_days: 2
-- total: line
-- target: lost_gt10
-- column: line | Xətt | Line | text
-- column: offered | Daxil olan | Offered | count
-- column: lost | İtirilən | Lost | count
-- column: lost_over | Çox gözləyib itirilən | Lost after a longer wait | count
-- column: exactly | Düz həddə itirilən | Lost at exactly the limit | count
-- column: percent | Faiz | Percent | percent
-- column: target_pct | Hədəf, % | Target, % | percent
-- column: met | Yerinə yetirilib | Met | yes
WITH judged AS (
  SELECT c.line, c.outcome, c.wait_ms, c.waited_ms, t.value * 1000 AS limit_ms
  FROM calls c
  LEFT JOIN ref_thresholds t ON t.threshold = 'lost_short_s'
    AND c.day >= t.valid_from AND (t.valid_to IS NULL OR c.day <= t.valid_to)
  WHERE c.direction = 'inbound' AND c.offered_at >= $from AND c.offered_at < $to AND ($line IS NULL OR c.line = $line)
),
counted AS (
  SELECT line, count(*) AS offered,
    count(*) FILTER (WHERE outcome = 'lost' AND waited_ms > limit_ms) AS counted,
    count(*) FILTER (WHERE outcome = 'lost') AS lost,
    count(*) FILTER (WHERE outcome = 'lost' AND waited_ms = limit_ms) AS exactly
  FROM judged GROUP BY line
),
totalled AS (
  SELECT * FROM counted
  UNION ALL
  SELECT NULL, coalesce(sum(offered), 0), coalesce(sum(counted), 0), coalesce(sum(lost), 0), coalesce(sum(exactly), 0) FROM counted
)
SELECT f.line, f.offered, f.lost, f.counted AS lost_over, f.exactly,
  round(100.0 * f.counted / nullif(f.offered, 0), 2) AS percent,
  t.value AS target_pct,
  100.0 * f.counted / nullif(f.offered, 0) <= t.value AS met
FROM totalled f
LEFT JOIN ref_targets t ON t.target = 'lost_gt10' AND t.line IS NULL
  AND t.valid_from <= CAST($to AS DATE) AND (t.valid_to IS NULL OR t.valid_to >= CAST($to AS DATE))
ORDER BY f.line IS NULL, f.line
