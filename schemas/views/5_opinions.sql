-- view: opinions
-- az: Cavab layihəsinə istənilən rəylər və onların nəticəsi
-- en: Opinions that were asked for on draft answers, and what became of each
--
-- due_on is what the register told; due_by_calendar is the same term counted by the work calendar.
WITH steps AS (
  SELECT sheet_id, kind, event_time, event_id, day, to_unit, term_working_days, due_on
  FROM application_sheets WHERE kind IN ('opinion_requested', 'opinion_received', 'deemed_agreed')
),
followed AS (
  SELECT *,
    lead(kind) OVER (PARTITION BY sheet_id ORDER BY event_time, event_id) AS next_kind,
    lead(event_time) OVER (PARTITION BY sheet_id ORDER BY event_time, event_id) AS next_at,
    lead(day) OVER (PARTITION BY sheet_id ORDER BY event_time, event_id) AS next_day
  FROM steps
)
SELECT f.sheet_id, s.line, s.structure, s.class, f.to_unit, f.term_working_days, f.event_time AS requested_at, f.day AS requested_day, f.due_on,
  w.day AS due_by_calendar,
  CASE WHEN f.next_kind <> 'opinion_requested' THEN f.next_kind END AS response,
  CASE WHEN f.next_kind <> 'opinion_requested' THEN f.next_at END AS response_at,
  CASE WHEN f.next_kind <> 'opinion_requested' THEN f.next_day END AS response_day
FROM followed f
JOIN sheets s ON s.sheet_id = f.sheet_id
LEFT JOIN days d ON d.day = f.day
LEFT JOIN days w ON w.workday_no = d.workday_no + f.term_working_days AND w.working
WHERE f.kind = 'opinion_requested'
