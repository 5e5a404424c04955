-- view: recording_reconciliation
-- az: Yazılmalı olan zənglər və səs yazıları: bir zəng bir sətirdir
-- en: Calls that were marked as recorded, held against the recordings that exist (P8); one row a call
-- columns_of: calls, recordings
-- column: conversation_ms | Söhbətin uzunluğu, xətdə saxlama daxil olmaqla | Length of the conversation, holds included | ms
-- column: recording_id | Səs yazısının nömrəsi | Id of the recording
-- column: duration_ms | Səs yazısının uzunluğu | Length of the recording | ms
-- column: state | Hal: complete, missing, short, gap, truncated | complete, missing, short, gap or truncated
--
-- state: complete; missing (no audio came); short (less than nine tenths of the conversation, or shorter than a conversation can be);
-- gap (chunks are missing in the middle); truncated (the last chunk never came).
SELECT c.call_id, c.line, c.structure, c.representative, c.offered_at, c.ended_at, c.day, c.talk_ms + c.hold_ms AS conversation_ms,
  r.recording_id, r.duration_ms,
  CASE
    WHEN r.call_id IS NULL THEN 'missing'
    WHEN r.duration_ms < t.value OR r.short OR r.duration_ms < 0.9 * (c.talk_ms + c.hold_ms) THEN 'short'
    WHEN r.truncated THEN 'truncated'
    WHEN r.gap THEN 'gap'
    ELSE 'complete'
  END AS state
FROM calls c
LEFT JOIN (
  SELECT call_id,
    min(recording_id) AS recording_id,
    max(duration_ms) AS duration_ms,
    bool_and(array_has(flags, 'short')) AS short,
    bool_and(array_has(flags, 'truncated')) AS truncated,
    bool_and(array_has(flags, 'gap')) AS gap
  FROM recordings
  GROUP BY call_id
) r ON r.call_id = c.call_id
LEFT JOIN ref_thresholds t ON t.threshold = 'recording_short_ms'
  AND c.day >= t.valid_from AND (t.valid_to IS NULL OR c.day <= t.valid_to)
WHERE c.recorded AND c.outcome = 'answered'
