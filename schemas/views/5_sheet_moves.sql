-- view: sheet_moves
-- az: Vərəqələrin hərəkəti: açılma, yenidən açılma, cavab, göndərilmə (yalnız vəziyyəti dəyişən addımlar)
-- en: Moves of the sheets: opened, reopened, answered, forwarded; only steps that change whether the sheet is open
--
-- opened_day is the day on which the sheet was last opened before this move.
WITH steps AS (
  SELECT m.sheet_id, m.kind, m.event_time AS moved_at, m.event_id, m.day, m.month, m.to_unit, m.kind IN ('opened', 'reopened') AS opens
  FROM application_sheets m
  WHERE m.kind IN ('opened', 'reopened', 'answered', 'forwarded')
),
followed AS (
  SELECT *, lag(opens) OVER (PARTITION BY sheet_id ORDER BY moved_at, event_id) AS was_open FROM steps
),
changing AS (
  SELECT *, max(CASE WHEN opens THEN day END) OVER (PARTITION BY sheet_id ORDER BY moved_at, event_id) AS opened_day
  FROM followed
  WHERE coalesce(was_open, NOT opens) <> opens
)
SELECT c.sheet_id, s.line, s.structure, s.class, s.is_query, s.is_complaint, s.origin, s.call_id, s.representative,
  c.kind, c.opens, c.moved_at, c.day, c.month, c.to_unit, c.opened_day,
  d.workday_no - o.workday_no AS working_days,
  c.day - c.opened_day AS calendar_days
FROM changing c
JOIN sheets s ON s.sheet_id = c.sheet_id
LEFT JOIN days d ON d.day = c.day
LEFT JOIN days o ON o.day = c.opened_day
