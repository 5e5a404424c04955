-- figure: answered_within_30s
-- name_az: 30 saniyə ərzində cavablandırılan zənglər
-- name_en: Calls answered within 30 seconds
-- formula: answered with wait ≤ threshold accept_s (30 s) / offered
-- denominator: all incoming calls of the line, short lost ones included
-- unit: percent
-- source: definitions 7, 8 (KPI 1)
-- params: period, line
-- window_days: 2
-- total: line
-- target: accept_30s
-- column: line | Xətt | Line | text
-- column: offered | Daxil olan | Offered | count
-- column: within | Vaxtında cavablandırılan | Answered in time | count
-- column: percent | Faiz | Percent | percent
-- column: target_pct | Hədəf, % | Target, % | percent
-- column: met | Yerinə yetirilib | Met | yes
WITH judged AS (
  SELECT c.line, c.outcome, c.wait_ms, c.waited_ms, t.value * 1000 AS limit_ms
  FROM calls c
  LEFT JOIN ref_thresholds t ON t.threshold = 'accept_s'
    AND c.day >= t.valid_from AND (t.valid_to IS NULL OR c.day <= t.valid_to)
  WHERE c.direction = 'inbound' AND c.offered_at >= $from AND c.offered_at < $to AND ($line IS NULL OR c.line = $line)
),
counted AS (
  SELECT line, count(*) AS offered,
    count(*) FILTER (WHERE outcome = 'answered' AND wait_ms <= limit_ms) AS counted
  FROM judged GROUP BY line
),
totalled AS (
  SELECT * FROM counted
  UNION ALL
  SELECT NULL, coalesce(sum(offered), 0), coalesce(sum(counted), 0) FROM counted
)
SELECT f.line, f.offered, f.counted AS within,
  round(100.0 * f.counted / nullif(f.offered, 0), 2) AS percent,
  t.value AS target_pct,
  100.0 * f.counted / nullif(f.offered, 0) >= t.value AS met
FROM totalled f
LEFT JOIN ref_targets t ON t.target = 'accept_30s' AND t.line IS NULL
  AND t.valid_from <= CAST($to AS DATE) AND (t.valid_to IS NULL OR t.valid_to >= CAST($to AS DATE))
ORDER BY f.line IS NULL, f.line
