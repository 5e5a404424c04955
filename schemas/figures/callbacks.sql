-- figure: callbacks
-- name_az: Əks əlaqə (itirilmiş zənglər üzrə)
-- name_en: Callbacks owed to people whose calls were lost
-- formula: done % = people called back the same day / people due · reached % = people reached / people due; a caller counts once a day
-- formula_az: edilən % = həmin gün zəng edilən şəxslər ÷ əks əlaqə gözləyən şəxslər; bir şəxs gündə bir dəfə sayılır
-- denominator: people due: lost after more than 10 s, and not answered on redialling that day
-- unit: people, percent
-- source: D50; ST 6.1.7, 6.3.3; AR:290; definitions 8 (KPI 9)
-- group: lost
-- params: period, line
-- window_days: 2
-- total: line
-- base: due_callbacks WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- keys: line
-- rows: due, done_pct, reached_pct | true
-- rows: done | done
-- rows: reached | reached
-- rows: missed | NOT done
-- column: line | Xətt | Line | text
-- column: due | Əks əlaqə gözləyən | Due | count
-- column: done | Zəng edilən | Called back | count
-- column: reached | Şəxsə çatan | Reached | count
-- column: missed | Zəng edilməyən | Not called back | count
-- column: done_pct | Zəng edilən, % | Called back, % | percent
-- column: reached_pct | Şəxsə çatan, % | Reached, % | percent
WITH counted AS (
  SELECT line, count(*) AS due, count(*) FILTER (WHERE done) AS done, count(*) FILTER (WHERE reached) AS reached, count(*) FILTER (WHERE NOT done) AS missed
  FROM due_callbacks
  WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
  GROUP BY line
),
totalled AS (
  SELECT line, due, done, reached, missed FROM counted
  UNION ALL
  SELECT NULL, coalesce(sum(due), 0), coalesce(sum(done), 0), coalesce(sum(reached), 0), coalesce(sum(missed), 0) FROM counted
)
SELECT *, round(100.0 * done / nullif(due, 0), 6) AS done_pct, round(100.0 * reached / nullif(due, 0), 6) AS reached_pct
FROM totalled
ORDER BY line IS NULL, line
