-- view: gaps
-- az: Axındakı boşluqlar: növbəti addımda hələ hazırlanmayan zəng, səs yazısı və mətn bir sətirdir (P8)
-- en: Gaps of the stream: calls, recordings and transcripts of which the next step has not made anything yet; one row each (P8)
-- columns_of: calls, recordings, transcripts
-- column: item | Boşluğun növü | Which gap: calls_without_recording, recordings_without_call, recordings_without_transcript, transcripts_without_evaluation
-- column: begun_at | Zəngin daxil olduğu, yazının və ya mətnin hazır olduğu an | When the call was offered, the recording or the transcript made | UTC
-- column: waits_since | Gözləmənin başlandığı an (zəng üçün bitdiyi an) | Since when the next step is waited for; of a call its end | UTC
-- column: due_after_min | Növbəti addımın hazır olmalı olduğu müddət | How long after that the next step is due | min
--
-- How long each may take is data, by the day it happened on: thresholds `reconcile_recording_due_min` and so on.
WITH found AS (
  SELECT 'calls_without_recording' AS item, 'reconcile_recording_due_min' AS threshold, call_id, CAST(NULL AS VARCHAR) AS recording_id,
    CAST(NULL AS VARCHAR) AS transcript_id, offered_at AS begun_at, coalesce(ended_at, offered_at) AS waits_since, day
  FROM recording_reconciliation
  WHERE state = 'missing'
  UNION ALL
  SELECT 'recordings_without_call', 'reconcile_call_due_min', r.call_id, r.recording_id, NULL, r.event_time AS begun_at, r.event_time AS waits_since, r.day
  FROM recordings r
  WHERE NOT EXISTS (SELECT 1 FROM call_events e WHERE e.call_id = r.call_id)
  UNION ALL
  SELECT 'recordings_without_transcript', 'reconcile_transcript_due_min', r.call_id, r.recording_id, NULL, r.event_time AS begun_at, r.event_time AS waits_since, r.day
  FROM recordings r
  WHERE NOT EXISTS (SELECT 1 FROM transcripts t WHERE t.recording_id = r.recording_id)
  UNION ALL
  SELECT 'transcripts_without_evaluation', 'reconcile_evaluation_due_min', t.call_id, t.recording_id, t.transcript_id, t.event_time AS begun_at, t.event_time AS waits_since, t.day
  FROM transcripts t
  WHERE NOT EXISTS (SELECT 1 FROM evaluations v WHERE v.transcript_id = t.transcript_id)
)
SELECT f.item, f.call_id, f.recording_id, f.transcript_id, f.begun_at, f.waits_since, t.value AS due_after_min, f.day
FROM found f
LEFT JOIN ref_thresholds t ON t.threshold = f.threshold AND f.day >= t.valid_from AND (t.valid_to IS NULL OR f.day <= t.valid_to)
