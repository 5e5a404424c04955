-- figure: call_times
-- name_az: Orta gözləmə və xidmət müddəti (cavablandırılan zənglər)
-- name_en: Mean wait and handle time of answered calls
-- formula: wait = answer − entering the queue · handle = talk + hold + after-call work; means over answered calls; after-call work over the calls that measured it (wrap_ups)
-- formula_az: gözləmə = növbəyə düşməkdən cavaba qədər; xidmət = söhbət + saxlama + zəngdən sonrakı iş; cavablandırılmış zənglər üzrə orta
-- denominator: answered incoming calls of the line
-- unit: seconds
-- source: AR:21-22; definitions 1 (notes), 8
-- group: calls
-- params: period, line
-- window_days: 2
-- total: line
-- base: incoming WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line) AND outcome = 'answered'
-- keys: line
-- rows: answered | true
-- rows: mean_wait_s, longest_wait_s | wait_ms IS NOT NULL
-- rows: mean_talk_s | talk_ms IS NOT NULL
-- rows: mean_hold_s | hold_ms IS NOT NULL
-- rows: wrap_ups, mean_wrap_up_s | wrap_up_ms IS NOT NULL
-- rows: mean_handle_s | handle_ms IS NOT NULL
-- column: line | Xətt | Line | text
-- column: answered | Cavablandırılan | Answered | count
-- column: mean_wait_s | Orta gözləmə, san. | Mean wait, s | seconds
-- column: longest_wait_s | Ən uzun gözləmə, san. | Longest wait, s | seconds
-- column: mean_talk_s | Orta söhbət, san. | Mean talk, s | seconds
-- column: mean_hold_s | Orta saxlama, san. | Mean hold, s | seconds
-- column: wrap_ups | Sonrakı işi ölçülən | After-call work measured | count
-- column: mean_wrap_up_s | Orta sonrakı iş, san. | Mean after-call work, s | seconds
-- column: mean_handle_s | Orta xidmət, san. | Mean handle time, s | seconds
WITH summed AS (
  SELECT line, count(*) AS answered, sum(wait_ms) AS wait_ms, count(wait_ms) AS waits, max(wait_ms) AS longest_ms,
    sum(talk_ms) AS talk_ms, count(talk_ms) AS talks, sum(hold_ms) AS hold_ms, count(hold_ms) AS holds,
    sum(wrap_up_ms) AS wrap_up_ms, count(wrap_up_ms) AS wrap_ups, sum(handle_ms) AS handle_ms, count(handle_ms) AS handles
  FROM incoming
  WHERE outcome = 'answered' AND offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
  GROUP BY line
),
totalled AS (
  SELECT * FROM summed
  UNION ALL
  SELECT NULL, coalesce(sum(answered), 0), sum(wait_ms), sum(waits), max(longest_ms), sum(talk_ms), sum(talks), sum(hold_ms), sum(holds),
    sum(wrap_up_ms), coalesce(sum(wrap_ups), 0), sum(handle_ms), sum(handles)
  FROM summed
)
SELECT line, answered,
  round(wait_ms / 1000.0 / nullif(waits, 0), 6) AS mean_wait_s,
  round(longest_ms / 1000.0, 6) AS longest_wait_s,
  round(talk_ms / 1000.0 / nullif(talks, 0), 6) AS mean_talk_s,
  round(hold_ms / 1000.0 / nullif(holds, 0), 6) AS mean_hold_s,
  wrap_ups,
  round(wrap_up_ms / 1000.0 / nullif(wrap_ups, 0), 6) AS mean_wrap_up_s,
  round(handle_ms / 1000.0 / nullif(handles, 0), 6) AS mean_handle_s
FROM totalled
ORDER BY line IS NULL, line
