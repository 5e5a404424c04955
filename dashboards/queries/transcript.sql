-- The one that the evaluation quotes, else the newest.
SELECT transcript_id, call_id, event_time AS created_at, recording_id, language, model_id, model_sha256, duration_ms, confidence, segments, flags
FROM transcripts
WHERE call_id = $call_id
ORDER BY CASE WHEN transcript_id = $transcript_id THEN 0 ELSE 1 END, event_time DESC, landed_at DESC
LIMIT 1
