-- view: live_stretches
-- az: Təmsilçilərin canlı xidmət vaxtı: başlanğıcdan və ya davamdan fasiləyə və ya sona qədər
-- en: Live service of the representatives: from a start or a resumption to the next pause or end
--
-- A stretch belongs to the day and the week in which it began. live_ms is empty while its end has not been told.
WITH followed AS (
  SELECT session_id, representative, location, lines, kind, event_time, day, month,
    lead(kind) OVER (PARTITION BY session_id ORDER BY event_time, event_id) AS next_kind,
    lead(event_time) OVER (PARTITION BY session_id ORDER BY event_time, event_id) AS next_at
  FROM staff_sessions
)
SELECT session_id, representative, location, lines, event_time AS started_at, next_at AS ended_at, day, month,
  CAST(date_trunc('week', day) AS DATE) AS week,
  CAST(date_part('epoch', next_at) * 1000 AS BIGINT) - CAST(date_part('epoch', event_time) * 1000 AS BIGINT) AS live_ms
FROM followed
WHERE kind IN ('started', 'resumed')
