-- figure: ivr_zero
-- name_az: Səsli menyuda "0" düyməsi
-- name_en: Key 0 in the voice menu
-- formula: calls in which 0 was pressed; answered = a representative took them
-- formula_az: səsli menyuda "0" basılan zənglər; cavablandırılan = təmsilçiyə çatan
-- denominator: incoming calls with 0 pressed
-- unit: calls, percent
-- source: D50; ST 6.9.2; register B4
-- group: calls
-- params: period, line
-- window_days: 2
-- total: line
-- base: incoming WHERE zero_pressed AND offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- keys: line
-- rows: pressed, answered_pct | true
-- rows: answered | outcome = 'answered'
-- rows: lost | outcome = 'lost'
-- column: line | Xətt | Line | text
-- column: pressed | "0" basılan zəng | Calls with 0 pressed | count
-- column: answered | Cavablandırılan | Answered | count
-- column: lost | İtirilən | Lost | count
-- column: answered_pct | Cavablandırılan, % | Answered, % | percent
WITH counted AS (
  SELECT i.line, count(*) AS pressed, count(*) FILTER (WHERE i.outcome = 'answered') AS answered, count(*) FILTER (WHERE i.outcome = 'lost') AS lost
  FROM incoming i
  WHERE i.zero_pressed AND i.offered_at >= $from AND i.offered_at < $to AND ($line IS NULL OR i.line = $line)
  GROUP BY i.line
),
totalled AS (
  SELECT line, pressed, answered, lost FROM counted
  UNION ALL
  SELECT NULL, coalesce(sum(pressed), 0), coalesce(sum(answered), 0), coalesce(sum(lost), 0) FROM counted
)
SELECT *, round(100.0 * answered / nullif(pressed, 0), 6) AS answered_pct
FROM totalled
ORDER BY line IS NULL, line
