SELECT call_id, line, outcome, lost_reason, offered_at, coalesce(wait_ms, waited_ms) AS wait_ms, talk_ms, hold_ms, wrap_up_ms, handle_ms,
  representative, location, direction, recorded
FROM calls
WHERE call_id = $call_id
