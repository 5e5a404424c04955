-- figure: calls_by_line
-- name_az: Daxil olan, cavablandırılan və itirilən zənglər
-- name_en: Calls offered, answered and lost
-- formula: answered % = answered / offered · lost % = lost / offered (accept_total, share of lost calls)
-- formula_az: cavablandırılan % = cavablandırılan ÷ daxil olan; itirilən % = itirilən ÷ daxil olan
-- denominator: incoming calls of live service, short lost ones included
-- unit: calls, percent
-- source: AR:9-19, 87-117; definitions 1, 7 (KPI 2)
-- group: calls
-- params: period, line
-- window_days: 2
-- total: line
-- chart: line | answered, lost
-- base: incoming WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- keys: line
-- rows: offered, answered_pct, lost_pct | true
-- rows: answered | outcome = 'answered'
-- rows: lost | outcome = 'lost'
-- rows: unfinished | outcome NOT IN ('answered', 'lost')
-- column: line | Xətt | Line | text
-- column: structure | Qurum | Structure | text
-- column: offered | Daxil olan | Offered | count
-- column: answered | Cavablandırılan | Answered | count
-- column: lost | İtirilən | Lost | count
-- column: unfinished | Bitməyən | Unfinished | count
-- column: answered_pct | Cavablandırılan, % | Answered, % | percent
-- column: lost_pct | İtirilən, % | Lost, % | percent
-- column: target_pct | Hədəf, % | Target, % | percent
-- column: met | Yerinə yetirilib | Met | yes
WITH counted AS (
  SELECT line, sum(denominator) AS offered, sum(numerator) AS answered, sum(lost) AS lost, sum(unfinished) AS unfinished
  FROM figure_kpi_accept_total GROUP BY line
),
listed AS (
  SELECT coalesce(l.line, c.line) AS line, l.short AS structure,
    coalesce(c.offered, 0) AS offered, coalesce(c.answered, 0) AS answered,
    coalesce(c.lost, 0) AS lost, coalesce(c.unfinished, 0) AS unfinished
  FROM (
    SELECT line, short FROM ref_lines
    WHERE valid_from <= $last AND (valid_to IS NULL OR valid_to >= $last) AND ($line IS NULL OR line = $line)
  ) l
  FULL JOIN counted c ON c.line = l.line
),
totalled AS (
  SELECT * FROM listed
  UNION ALL
  SELECT NULL, NULL, sum(offered), sum(answered), sum(lost), sum(unfinished) FROM listed
)
SELECT f.line, f.structure, f.offered, f.answered, f.lost, f.unfinished,
  round(100.0 * f.answered / nullif(f.offered, 0), 6) AS answered_pct,
  round(100.0 * f.lost / nullif(f.offered, 0), 6) AS lost_pct,
  coalesce(own.value, t.value) AS target_pct,
  100.0 * f.answered / nullif(f.offered, 0) >= coalesce(own.value, t.value) AS met
FROM totalled f
LEFT JOIN ref_targets t ON t.target = 'accept_total' AND t.line IS NULL AND t.valid_from <= $last AND (t.valid_to IS NULL OR t.valid_to >= $last)
LEFT JOIN ref_targets own ON own.target = 'accept_total' AND own.line = f.line AND own.valid_from <= $last AND (own.valid_to IS NULL OR own.valid_to >= $last)
ORDER BY f.line IS NULL, f.line
