-- The text that stands, with whoever answered the call.
SELECT t.transcript_id, t.call_id, t.event_time AS created_at, t.recording_id, t.language, t.model_id, t.model_sha256, t.duration_ms, t.confidence,
  t.segments, t.flags, t.revision, c.representative
FROM transcripts t LEFT JOIN calls c ON c.call_id = t.call_id
WHERE t.call_id = $call_id
ORDER BY t.event_time DESC, t.revision DESC
LIMIT 1
