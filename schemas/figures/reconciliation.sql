-- figure: reconciliation
-- name_az: Məlumat axınının tutuşdurulması
-- name_en: Reconciliation of the stream
-- formula: what came on each step, and what of it the next step has not made yet; the oldest and the newest, their age, and how many are past the time by which they were due
-- formula_az: hər addımda gələn və növbəti addımda hələ hazırlanmayan; ən köhnəsi, ən yenisi, yaşı və vaxtı keçənlərin sayı
-- denominator: see each
-- unit: rows
-- source: laws P1, P3, P8
-- group: stream
-- params: period, now
-- window_days: 2
-- keys: item
-- rows: rows, item=call_events | true | call_events WHERE event_time >= $from AND event_time < $to
-- rows: rows, item=dead_letters | true | dead_letters WHERE event_time >= $from AND event_time < $to
-- rows: rows, item=calls_to_record | true | recording_reconciliation WHERE offered_at >= $from AND offered_at < $to
-- rows: rows, item=recordings | true | recordings WHERE event_time >= $from AND event_time < $to
-- rows: rows, item=transcripts | true | transcripts WHERE event_time >= $from AND event_time < $to
-- rows: rows | true | gaps WHERE begun_at >= $from AND begun_at < $to
-- rows: overdue | date_part('epoch', CAST($now AS TIMESTAMP WITH TIME ZONE)) - date_part('epoch', waits_since) > due_after_min * 60 | gaps WHERE begun_at >= $from AND begun_at < $to
-- column: sort | № | No. | count
-- column: item | Maddə | Item | code
-- column: name_az | Maddə | Item | text_az
-- column: name_en | Maddə | Item | text_en
-- column: rows | Say | Count | count
-- column: oldest_on | Ən köhnəsi | Oldest on | date
-- column: newest_on | Ən yenisi | Newest on | date
-- column: age_ms | Ən köhnəsinin yaşı | Age of the oldest | ms
-- column: due_after_min | Hazır olmalıdır, dəqiqə | Due after, minutes | number
-- column: overdue | Vaxtı keçən | Overdue | count
-- column: overdue_age_ms | Vaxtı keçənin yaşı | Age of the oldest overdue | ms
-- column: state | Hal | State | code
--
-- A recording, a transcript and a dead letter belong to the period in which they were made; a call to the one in which it was offered.
-- state: ok, waiting (not due yet; dead letters wait for people), broken (past the time by which it was due). What came is never due.
WITH clock AS (
  SELECT date_part('epoch', CAST($now AS TIMESTAMP WITH TIME ZONE)) AS now_s
),
items AS (
  SELECT column1 AS sort, column2 AS item, column3 AS name_az, column4 AS name_en, column5 AS gap
  FROM (VALUES
    (1, 'call_events', 'Zəng hadisələri', 'Call events', false),
    (2, 'dead_letters', 'İşlənməmiş məlumatlar', 'Dead letters', true),
    (3, 'calls_to_record', 'Yazılmalı olan zənglər', 'Calls marked as recorded', false),
    (4, 'calls_without_recording', 'Səs yazısı olmayan zənglər', 'Calls without their recording', true),
    (5, 'recordings', 'Səs yazıları', 'Recordings', false),
    (6, 'recordings_without_call', 'Zəngi bilinməyən səs yazıları', 'Recordings without their call', true),
    (7, 'recordings_without_transcript', 'Mətni olmayan səs yazıları', 'Recordings without their transcript', true),
    (8, 'transcripts', 'Mətnlər', 'Transcripts', false),
    (9, 'transcripts_without_evaluation', 'Qiymətləndirilməmiş mətnlər', 'Transcripts without their evaluation', true)
  )
),
found AS (
  SELECT 'call_events' AS item, day, event_time AS begun_at, event_time AS waits_since, CAST(NULL AS DOUBLE) AS due_after_min FROM call_events
  UNION ALL
  SELECT 'dead_letters', day, event_time AS begun_at, event_time AS waits_since, NULL FROM dead_letters
  UNION ALL
  SELECT 'calls_to_record', day, offered_at AS begun_at, offered_at AS waits_since, NULL FROM recording_reconciliation
  UNION ALL
  SELECT 'recordings', day, event_time AS begun_at, event_time AS waits_since, NULL FROM recordings
  UNION ALL
  SELECT 'transcripts', day, event_time AS begun_at, event_time AS waits_since, NULL FROM transcripts
  UNION ALL
  SELECT item, day, begun_at, waits_since, due_after_min FROM gaps
),
aged AS (
  SELECT f.item, f.day, c.now_s - date_part('epoch', f.waits_since) AS age_s, f.due_after_min,
    c.now_s - date_part('epoch', f.waits_since) > f.due_after_min * 60 AS overdue
  FROM found f
  CROSS JOIN clock c
  WHERE f.begun_at >= $from AND f.begun_at < $to
),
counted AS (
  SELECT item, count(*) AS rows, min(day) AS oldest_on, max(day) AS newest_on, max(age_s) AS age_s,
    max(due_after_min) AS due_after_min,
    count(*) FILTER (WHERE overdue) AS overdue,
    max(age_s) FILTER (WHERE overdue) AS overdue_age_s
  FROM aged
  GROUP BY item
)
SELECT i.sort, i.item, i.name_az, i.name_en,
  coalesce(c.rows, 0) AS rows,
  c.oldest_on,
  c.newest_on,
  CAST(CASE WHEN i.gap THEN round(c.age_s * 1000) END AS BIGINT) AS age_ms,
  c.due_after_min,
  CASE WHEN i.gap THEN coalesce(c.overdue, 0) END AS overdue,
  CAST(round(c.overdue_age_s * 1000) AS BIGINT) AS overdue_age_ms,
  CASE WHEN c.overdue > 0 THEN 'broken' WHEN i.gap AND c.rows > 0 THEN 'waiting' ELSE 'ok' END AS state
FROM items i
LEFT JOIN counted c ON c.item = i.item
ORDER BY i.sort
