SELECT event_time, kind, direction, returns, ivr_node, ivr_key, queue, representative, location, hold_phase, transfer_kind, transfer_to,
  ended_by, recorded, wrap_up_ms, lost_reason, waited_ms
FROM call_events
WHERE call_id = $call_id
-- Steps of one instant stand in the order in which a call goes through them.
ORDER BY event_time, CASE kind
  WHEN 'offered' THEN 0 WHEN 'ivr_step' THEN 1 WHEN 'queued' THEN 2 WHEN 'answered' THEN 3 WHEN 'hold' THEN 4 WHEN 'transferred' THEN 5 ELSE 6
END, event_id
