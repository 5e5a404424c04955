-- view: live_stretches
-- az: Təmsilçilərin canlı xidmət vaxtı: başlanğıcdan və ya davamdan fasiləyə və ya sona qədər
-- en: Live service of the representatives: from a start or a resumption to the next pause or end
-- columns_of: staff_sessions
-- column: started_at | Canlı xidmətin başlandığı və ya davam etdiyi an | When live service began or went on | UTC
-- column: ended_at | Fasilə və ya bitmə anı | When it was paused or ended | UTC
-- column: day | Bakı vaxtı ilə başlandığı gün | Day on which it began, in Baku | Asia/Baku
-- column: month | Bakı vaxtı ilə başlandığı ay (YYYY-MM) | Month in which it began, in Baku | Asia/Baku
-- column: week | Başlandığı həftənin bazar ertəsi | Monday of the week in which it began
-- column: live_ms | Canlı xidmətin uzunluğu; sonu məlum deyilsə, boşdur | Length of the live service; empty while its end has not been told | ms
--
-- A stretch belongs to the day and the week in which it began. live_ms is empty while its end has not been told.
-- By value through the window (see sheet_moves).
WITH told AS (
  SELECT arrow_cast(session_id, 'Utf8') AS session_id, arrow_cast(representative, 'Utf8') AS representative, arrow_cast(location, 'Utf8') AS location, lines,
    arrow_cast(kind, 'Utf8') AS kind, event_time, arrow_cast(event_id, 'Utf8') AS event_id, day, month
  FROM staff_sessions
),
beside AS (
  SELECT session_id, representative, location, lines, kind, event_time, day, month,
    lead(session_id) OVER (ORDER BY session_id, event_time, event_id) AS next_session,
    lead(kind) OVER (ORDER BY session_id, event_time, event_id) AS kind_after,
    lead(event_time) OVER (ORDER BY session_id, event_time, event_id) AS time_after
  FROM told
),
followed AS (
  SELECT *,
    CASE WHEN next_session = session_id THEN kind_after END AS next_kind,
    CASE WHEN next_session = session_id THEN time_after END AS next_at
  FROM beside
)
SELECT session_id, representative, location, lines, event_time AS started_at, next_at AS ended_at, day, month,
  CAST(date_trunc('week', day) AS DATE) AS week,
  CAST(date_part('epoch', next_at) * 1000 AS BIGINT) - CAST(date_part('epoch', event_time) * 1000 AS BIGINT) AS live_ms
FROM followed
WHERE kind IN ('started', 'resumed')
