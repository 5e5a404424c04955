-- figure: reconciliation
-- name_az: Məlumat axınının tutuşdurulması
-- name_en: Reconciliation of the stream
-- formula: what came on each step, and what of it the next step has not made yet; the oldest and the newest such day
-- denominator: see each
-- unit: rows
-- source: laws P1, P3, P8
-- group: data
-- params: period
-- window_days: 2
-- keys: item
-- rows: rows, item=call_events | true | call_events WHERE event_time >= $from AND event_time < $to
-- rows: rows, item=dead_letters | true | dead_letters WHERE event_time >= $from AND event_time < $to
-- rows: rows, item=calls_to_record | true | recording_reconciliation WHERE offered_at >= $from AND offered_at < $to
-- rows: rows, item=calls_without_recording | true | recording_reconciliation WHERE state = 'missing' AND offered_at >= $from AND offered_at < $to
-- rows: rows, item=recordings | true | recordings WHERE event_time >= $from AND event_time < $to
-- rows: rows, item=recordings_without_call | true | recordings WHERE event_time >= $from AND event_time < $to AND NOT EXISTS (SELECT 1 FROM call_events e WHERE e.call_id = recordings.call_id)
-- rows: rows, item=recordings_without_transcript | true | recordings WHERE event_time >= $from AND event_time < $to AND NOT EXISTS (SELECT 1 FROM transcripts t WHERE t.recording_id = recordings.recording_id)
-- rows: rows, item=transcripts | true | transcripts WHERE event_time >= $from AND event_time < $to
-- rows: rows, item=transcripts_without_evaluation | true | transcripts WHERE event_time >= $from AND event_time < $to AND NOT EXISTS (SELECT 1 FROM evaluations v WHERE v.transcript_id = transcripts.transcript_id)
-- column: sort | № | No. | count
-- column: item | Maddə | Item | code
-- column: name_az | Maddə | Item | text_az
-- column: name_en | Maddə | Item | text_en
-- column: rows | Say | Count | count
-- column: oldest_on | Ən köhnəsi | Oldest on | date
-- column: newest_on | Ən yenisi | Newest on | date
--
-- A recording, a transcript and a dead letter belong to the period in which they were made; a call to the one in which it was offered.
SELECT 1 AS sort, 'call_events' AS item, 'Zəng hadisələri' AS name_az, 'Call events' AS name_en, count(*) AS rows, min(day) AS oldest_on, max(day) AS newest_on
FROM call_events WHERE event_time >= $from AND event_time < $to
UNION ALL
SELECT 2, 'dead_letters', 'İşlənməmiş məlumatlar', 'Dead letters', count(*), min(day), max(day)
FROM dead_letters WHERE event_time >= $from AND event_time < $to
UNION ALL
SELECT 3, 'calls_to_record', 'Yazılmalı olan zənglər', 'Calls marked as recorded', count(*), min(day), max(day)
FROM recording_reconciliation WHERE offered_at >= $from AND offered_at < $to
UNION ALL
SELECT 4, 'calls_without_recording', 'Səs yazısı olmayan zənglər', 'Calls without their recording', count(*), min(day), max(day)
FROM recording_reconciliation WHERE state = 'missing' AND offered_at >= $from AND offered_at < $to
UNION ALL
SELECT 5, 'recordings', 'Səs yazıları', 'Recordings', count(*), min(day), max(day)
FROM recordings WHERE event_time >= $from AND event_time < $to
UNION ALL
SELECT 6, 'recordings_without_call', 'Zəngi bilinməyən səs yazıları', 'Recordings without their call', count(*), min(day), max(day)
FROM recordings r WHERE r.event_time >= $from AND r.event_time < $to AND NOT EXISTS (SELECT 1 FROM call_events e WHERE e.call_id = r.call_id)
UNION ALL
SELECT 7, 'recordings_without_transcript', 'Mətni olmayan səs yazıları', 'Recordings without their transcript', count(*), min(day), max(day)
FROM recordings r WHERE r.event_time >= $from AND r.event_time < $to AND NOT EXISTS (SELECT 1 FROM transcripts t WHERE t.recording_id = r.recording_id)
UNION ALL
SELECT 8, 'transcripts', 'Mətnlər', 'Transcripts', count(*), min(day), max(day)
FROM transcripts WHERE event_time >= $from AND event_time < $to
UNION ALL
SELECT 9, 'transcripts_without_evaluation', 'Qiymətləndirilməmiş mətnlər', 'Transcripts without their evaluation', count(*), min(day), max(day)
FROM transcripts t WHERE t.event_time >= $from AND t.event_time < $to AND NOT EXISTS (SELECT 1 FROM evaluations v WHERE v.transcript_id = t.transcript_id)
ORDER BY sort
