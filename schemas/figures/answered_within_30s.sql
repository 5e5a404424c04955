-- figure: answered_within_30s
-- name_az: 30 saniyə ərzində cavablandırılan zənglər
-- name_en: Calls answered within 30 seconds
-- formula: answered with wait ≤ threshold accept_s (30 s) / offered
-- formula_az: gözləmə müddəti accept_s həddini (30 saniyə) keçməyən cavablandırılmış zənglər ÷ daxil olan zənglər
-- denominator: incoming calls of live service, short lost ones included
-- unit: percent
-- source: AR:255; definitions 7, 8 (KPI 1)
-- group: calls
-- params: period, line
-- window_days: 2
-- total: line
-- target: accept_30s
-- base: incoming WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- keys: line
-- rows: offered, percent | true
-- rows: within | in_time
-- column: line | Xətt | Line | text
-- column: offered | Daxil olan | Offered | count
-- column: within | Vaxtında cavablandırılan | Answered in time | count
-- column: percent | Faiz | Percent | percent
-- column: target_pct | Hədəf, % | Target, % | percent
-- column: met | Yerinə yetirilib | Met | yes
WITH counted AS (
  SELECT line, sum(denominator) AS offered, sum(numerator) AS counted FROM figure_kpi_accept_30s GROUP BY line
),
totalled AS (
  SELECT * FROM counted
  UNION ALL
  SELECT NULL, coalesce(sum(offered), 0), coalesce(sum(counted), 0) FROM counted
)
SELECT f.line, f.offered, f.counted AS within,
  round(100.0 * f.counted / nullif(f.offered, 0), 6) AS percent,
  coalesce(own.value, t.value) AS target_pct,
  100.0 * f.counted / nullif(f.offered, 0) >= coalesce(own.value, t.value) AS met
FROM totalled f
LEFT JOIN ref_targets t ON t.target = 'accept_30s' AND t.line IS NULL AND t.valid_from <= $last AND (t.valid_to IS NULL OR t.valid_to >= $last)
LEFT JOIN ref_targets own ON own.target = 'accept_30s' AND own.line = f.line AND own.valid_from <= $last AND (own.valid_to IS NULL OR own.valid_to >= $last)
ORDER BY f.line IS NULL, f.line
