-- figure: recording_completeness
-- name_az: Səs yazılarının tamlığı
-- name_en: Completeness of recordings
-- formula: complete % = complete / answered calls marked as recorded; one state a call (view recording_reconciliation)
-- denominator: answered calls that the exchange marked as recorded
-- unit: calls, percent
-- source: design law P8
-- group: data
-- params: period, line
-- window_days: 2
-- total: line
-- base: recording_reconciliation WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- keys: line
-- rows: recorded, complete_pct | true
-- rows: complete | state = 'complete'
-- rows: missing | state = 'missing'
-- rows: short | state = 'short'
-- rows: truncated | state = 'truncated'
-- rows: gap | state = 'gap'
-- column: line | Xətt | Line | text
-- column: recorded | Yazılmalı | Marked as recorded | count
-- column: complete | Tam | Complete | count
-- column: missing | Yoxdur | Missing | count
-- column: short | Qısa | Short | count
-- column: truncated | Kəsilib | Cut off | count
-- column: gap | Boşluqlu | With gaps | count
-- column: complete_pct | Tam, % | Complete, % | percent
WITH counted AS (
  SELECT line,
    count(*) AS recorded,
    count(*) FILTER (WHERE state = 'complete') AS complete,
    count(*) FILTER (WHERE state = 'missing') AS missing,
    count(*) FILTER (WHERE state = 'short') AS short,
    count(*) FILTER (WHERE state = 'truncated') AS truncated,
    count(*) FILTER (WHERE state = 'gap') AS gap
  FROM recording_reconciliation
  WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
  GROUP BY line
),
totalled AS (
  SELECT * FROM counted
  UNION ALL
  SELECT NULL, coalesce(sum(recorded), 0), coalesce(sum(complete), 0), coalesce(sum(missing), 0), coalesce(sum(short), 0),
    coalesce(sum(truncated), 0), coalesce(sum(gap), 0)
  FROM counted
)
SELECT *, round(100.0 * complete / nullif(recorded, 0), 2) AS complete_pct
FROM totalled
ORDER BY line IS NULL, line
