-- view: sheet_moves
-- az: Vərəqələrin hərəkəti: açılma, yenidən açılma, cavab, göndərilmə (yalnız vəziyyəti dəyişən addımlar)
-- en: Moves of the sheets: opened, reopened, answered, forwarded; only steps that change whether the sheet is open
-- columns_of: sheets
-- column: kind | Addım: opened, reopened, answered, forwarded | Step: opened, reopened, answered, forwarded
-- column: opens | Bu addım vərəqəni açırmı | Whether the step opens the sheet
-- column: moved_at | Addımın anı | When it was taken | UTC
-- column: day | Bakı vaxtı ilə addımın günü | Day of the step in Baku | Asia/Baku
-- column: month | Bakı vaxtı ilə addımın ayı (YYYY-MM) | Month of the step in Baku | Asia/Baku
-- column: to_unit | Göndərildiyi qurum | Unit it was forwarded to
-- column: opened_day | Bu addımdan əvvəl son dəfə açıldığı gün | Day on which it was last opened before this step | Asia/Baku
-- column: working_days | Açılmadan keçən iş günləri | Working days since it was opened
-- column: calendar_days | Açılmadan keçən təqvim günləri | Calendar days since it was opened
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
