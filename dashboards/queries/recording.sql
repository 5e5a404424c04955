SELECT path, parties, duration_ms, flags
FROM recordings
WHERE call_id = $call_id
ORDER BY event_time DESC, landed_at DESC
LIMIT 1
