-- The one that the evaluation quotes, in the very words that were judged; else the newest.
SELECT transcript_id, call_id, event_time AS created_at, recording_id, language, model_id, model_sha256, duration_ms, confidence, segments, flags, revision
FROM transcripts_all
WHERE call_id = $call_id
ORDER BY CASE WHEN transcript_id = $transcript_id AND revision = $transcript_revision THEN 0 WHEN transcript_id = $transcript_id THEN 1 ELSE 2 END,
  event_time DESC, revision DESC, landed_at DESC
LIMIT 1
