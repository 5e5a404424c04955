-- figure: live_callbacks
-- name_az: Əks əlaqə gözləyən şəxslər
-- name_en: People who wait for a callback
-- formula: people owed a callback (view due_callbacks) who were not called back yet
-- formula_az: əks əlaqə borcu olan (due_callbacks) və hələ əks zəng edilməyən şəxslər
-- denominator: one a person and day
-- unit: calls
-- source: D50; definitions 2; register C8
-- group: live
-- params: period, line
-- window_days: 14
-- base: (SELECT l.*, first_value(call_id) OVER (PARTITION BY person, day ORDER BY offered_at, call_id) AS first_call, first_value(line) OVER (PARTITION BY person, day ORDER BY offered_at, call_id) AS first_line, bool_or(part = 'called_back') OVER (PARTITION BY person, day) AS done FROM lost_calls l WHERE due) AS l WHERE NOT done AND offered_at >= $from AND offered_at < $to AND ($line IS NULL OR first_line = $line)
-- keys: first_call
-- rows: lost_calls, longest_ms | true
-- column: first_call | İlk itirilmiş zəng | First lost call | text
-- column: caller | Zəng edən (qısaldılmış açar) | Caller (key cut short) | text
-- column: line | Xətt | Line | text
-- column: structure | Qurum | Structure | text
-- column: lost_on | Gün | Day | date
-- column: lost_at | Saat (Bakı) | Time (Baku) | text
-- column: lost_calls | İtirilmiş zəng | Lost calls | count
-- column: longest_ms | Ən uzun gözləmə | Longest wait | ms
-- column: system_error | Sistem xətası | System error | yes
--
-- The caller is told by the first eight letters of the key: enough to know two rows apart, too little to look a person up elsewhere.
SELECT first_value(call_id ORDER BY offered_at, call_id) AS first_call,
  CASE WHEN max(caller_key) IS NOT NULL THEN concat(substr(max(caller_key), 1, 8), '…') END AS caller,
  first_value(line ORDER BY offered_at, call_id) AS line,
  first_value(structure ORDER BY offered_at, call_id) AS structure,
  day AS lost_on,
  to_char(min(offered_at) AT TIME ZONE 'Asia/Baku', '%H:%M') AS lost_at,
  count(*) AS lost_calls,
  max(waited_ms) AS longest_ms,
  bool_or(part = 'system_error') AS system_error
FROM lost_calls
WHERE due AND offered_at >= $from AND offered_at < $to
GROUP BY person, day
HAVING NOT bool_or(part = 'called_back') AND ($line IS NULL OR first_value(line ORDER BY offered_at, call_id) = $line)
ORDER BY min(offered_at), first_call
