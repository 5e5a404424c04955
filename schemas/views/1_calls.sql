-- view: calls
-- az: Zənglər: hadisələrdən yığılmış, bir zəng bir sətirdir
-- en: Calls: one row a call, put together from its events in whatever order they came
--
-- offered_at is the earliest `offered` (or, while that is not told yet, the earliest event); wait_ms runs from entering the queue, or
-- without a queue from being offered, to the first answer; handle_ms = talk + hold + after-call work. Times are of the first answer
-- to the end of the call, transfers included. day, hour and month are of offered_at in Baku. off_hours: offered outside live hours, and
-- dealt with by the voice menu alone. in_time, short and at_limit judge waits by the limits of the day.
WITH events AS (
  SELECT call_id, line, caller_key, kind, direction, returns, representative, location, hold_phase, recorded, wrap_up_ms, lost_reason,
    waited_ms, event_time, event_id, day, hour, CAST(round(date_part('epoch', event_time) * 1000) AS BIGINT) AS at_ms
  FROM call_events
),
steps AS (
  SELECT call_id,
    min(line) FILTER (WHERE kind = 'offered') AS offered_line,
    min(line) AS any_line,
    max(caller_key) AS caller_key,
    max(direction) AS direction,
    max(returns) AS returns,
    min(event_time) FILTER (WHERE kind = 'offered') AS first_offered,
    min(event_time) AS first_event,
    min(day) FILTER (WHERE kind = 'offered') AS offered_day,
    min(day) AS first_day,
    min(hour) FILTER (WHERE kind = 'offered') AS offered_hour,
    min(hour) AS any_hour,
    min(event_time) FILTER (WHERE kind = 'queued') AS queued_at,
    min(event_time) FILTER (WHERE kind = 'answered') AS answered_at,
    max(event_time) FILTER (WHERE kind IN ('ended', 'lost')) AS ended_at,
    min(at_ms) FILTER (WHERE kind = 'offered') AS offered_ms,
    min(at_ms) AS first_ms,
    min(at_ms) FILTER (WHERE kind = 'queued') AS queued_ms,
    min(at_ms) FILTER (WHERE kind = 'answered') AS answered_ms,
    max(at_ms) FILTER (WHERE kind IN ('ended', 'lost')) AS ended_ms,
    first_value(representative ORDER BY event_time, event_id) FILTER (WHERE kind = 'answered') AS representative,
    first_value(location ORDER BY event_time, event_id) FILTER (WHERE kind = 'answered') AS location,
    count(*) FILTER (WHERE hold_phase = 'started') AS holds,
    count(*) FILTER (WHERE hold_phase = 'ended') AS holds_ended,
    coalesce(sum(at_ms) FILTER (WHERE hold_phase = 'ended'), 0) - coalesce(sum(at_ms) FILTER (WHERE hold_phase = 'started'), 0) AS hold_sum,
    count(*) FILTER (WHERE kind = 'transferred') AS transfers,
    count(*) FILTER (WHERE kind = 'lost') AS losses,
    count(*) FILTER (WHERE kind = 'ordered') AS orders,
    max(lost_reason) AS lost_reason,
    max(waited_ms) AS waited_ms,
    max(wrap_up_ms) AS wrap_up_ms,
    bool_or(recorded) AS recorded
  FROM events
  GROUP BY call_id
),
timed AS (
  SELECT *,
    -- A queue entered after the answer belongs to a transfer.
    answered_ms - CASE WHEN queued_ms <= answered_ms THEN queued_ms ELSE coalesce(offered_ms, first_ms) END AS wait_ms,
    CASE
      WHEN holds = holds_ended THEN hold_sum
      WHEN holds = holds_ended + 1 THEN hold_sum + ended_ms
    END AS hold_ms,
    ended_ms - answered_ms AS connected_ms,
    CASE WHEN answered_ms IS NOT NULL THEN 'answered' WHEN orders > 0 THEN 'ordered' WHEN losses > 0 THEN 'lost' ELSE 'open' END AS outcome,
    coalesce(offered_line, any_line) AS line,
    coalesce(offered_day, first_day) AS day,
    coalesce(offered_hour, any_hour) AS hour,
    coalesce(direction, 'inbound') AS way
  FROM steps
)
SELECT t.call_id,
  t.line,
  l.short AS structure,
  t.caller_key,
  t.way AS direction,
  t.returns,
  coalesce(t.first_offered, t.first_event) AS offered_at,
  t.queued_at,
  t.answered_at,
  t.ended_at,
  t.outcome,
  CASE WHEN t.answered_ms IS NULL THEN t.lost_reason END AS lost_reason,
  t.wait_ms,
  CASE WHEN t.answered_ms IS NULL THEN t.waited_ms END AS waited_ms,
  t.connected_ms - t.hold_ms AS talk_ms,
  CASE WHEN t.answered_ms IS NOT NULL THEN t.hold_ms END AS hold_ms,
  t.wrap_up_ms,
  t.connected_ms + coalesce(t.wrap_up_ms, 0) AS handle_ms,
  t.representative,
  t.location,
  coalesce(t.recorded, false) AS recorded,
  t.transfers > 0 AS transferred,
  t.way = 'inbound' AND t.outcome IN ('ordered', 'lost') AND t.queued_ms IS NULL AND d.entered
    AND coalesce(t.lost_reason, '') NOT IN ('abandoned_in_queue', 'system_error')
    AND (h.line IS NULL OR t.hour * 60 + coalesce(t.offered_ms, t.first_ms) / 60000 % 60 NOT BETWEEN h.opens_minute AND h.closes_minute - 1)
    AS off_hours,
  coalesce(t.outcome = 'answered' AND t.wait_ms <= d.accept_ms, false) AS in_time,
  coalesce(t.outcome = 'lost' AND t.waited_ms <= d.lost_short_ms, false) AS short,
  coalesce(t.outcome = 'lost' AND t.waited_ms = d.lost_short_ms, false) AS at_limit,
  t.day,
  t.hour,
  substr(CAST(t.day AS VARCHAR), 1, 7) AS month
FROM timed t
LEFT JOIN ref_lines l ON l.line = t.line AND t.day >= l.valid_from AND (l.valid_to IS NULL OR t.day <= l.valid_to)
LEFT JOIN days d ON d.day = t.day
LEFT JOIN live_days h ON h.day = t.day AND h.line = t.line
