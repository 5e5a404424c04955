-- figure: call_times
-- name_az: Orta gözləmə və xidmət müddəti (cavablandırılan zənglər)
-- name_en: Mean wait and handle time of answered calls
-- formula: wait = answer − entering the queue · handle = talk + hold + after-call work; means over answered calls
-- denominator: answered incoming calls of the line
-- unit: seconds
-- source: definitions 1 (notes), 8
-- params: period, line
-- window_days: 2
-- total: line
-- column: line | Xətt | Line | text
-- column: answered | Cavablandırılan | Answered | count
-- column: mean_wait_s | Orta gözləmə, san. | Mean wait, s | seconds
-- column: longest_wait_s | Ən uzun gözləmə, san. | Longest wait, s | seconds
-- column: mean_talk_s | Orta söhbət, san. | Mean talk, s | seconds
-- column: mean_hold_s | Orta saxlama, san. | Mean hold, s | seconds
-- column: mean_wrap_up_s | Orta sonrakı iş, san. | Mean after-call work, s | seconds
-- column: mean_handle_s | Orta xidmət, san. | Mean handle time, s | seconds
WITH answered AS (
  SELECT * FROM calls
  WHERE direction = 'inbound' AND outcome = 'answered'
    AND offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
),
summed AS (
  SELECT line, count(*) AS answered, sum(wait_ms) AS wait_ms, count(wait_ms) AS waits, max(wait_ms) AS longest_ms,
    sum(talk_ms) AS talk_ms, count(talk_ms) AS talks, sum(hold_ms) AS hold_ms, count(hold_ms) AS holds,
    sum(wrap_up_ms) AS wrap_up_ms, count(wrap_up_ms) AS wrap_ups, sum(handle_ms) AS handle_ms, count(handle_ms) AS handles
  FROM answered GROUP BY line
),
totalled AS (
  SELECT * FROM summed
  UNION ALL
  SELECT NULL, coalesce(sum(answered), 0), sum(wait_ms), sum(waits), max(longest_ms), sum(talk_ms), sum(talks), sum(hold_ms), sum(holds),
    sum(wrap_up_ms), sum(wrap_ups), sum(handle_ms), sum(handles)
  FROM summed
)
SELECT line, answered,
  round(wait_ms / 1000.0 / nullif(waits, 0), 1) AS mean_wait_s,
  round(longest_ms / 1000.0, 1) AS longest_wait_s,
  round(talk_ms / 1000.0 / nullif(talks, 0), 1) AS mean_talk_s,
  round(hold_ms / 1000.0 / nullif(holds, 0), 1) AS mean_hold_s,
  round(wrap_up_ms / 1000.0 / nullif(wrap_ups, 0), 1) AS mean_wrap_up_s,
  round(handle_ms / 1000.0 / nullif(handles, 0), 1) AS mean_handle_s
FROM totalled
ORDER BY line IS NULL, line
