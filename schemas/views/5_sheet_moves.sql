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
-- The texts are cast to be carried by value: a batch of texts that only points at its file's pages takes those of all batches along
-- through an ordered window, and a million steps needed more than 24 GiB.
WITH steps AS (
  SELECT arrow_cast(m.sheet_id, 'Utf8') AS sheet_id, arrow_cast(m.kind, 'Utf8') AS kind, m.event_time AS moved_at,
    arrow_cast(m.event_id, 'Utf8') AS event_id, m.day, m.month, arrow_cast(m.to_unit, 'Utf8') AS to_unit,
    m.kind IN ('opened', 'reopened') AS opens
  FROM application_sheets m
  WHERE m.kind IN ('opened', 'reopened', 'answered', 'forwarded')
),
-- One order over all, not a partition for each sheet: partitions of one or two rows are slow.
followed AS (
  SELECT *, lag(sheet_id) OVER (ORDER BY sheet_id, moved_at, event_id) AS sheet_before,
    lag(opens) OVER (ORDER BY sheet_id, moved_at, event_id) AS opens_before
  FROM steps
),
-- Of one sheet these are by turns open and not, so that the move before a closing one is its opening.
turns AS (
  SELECT sheet_id, kind, moved_at, event_id, day, month, to_unit, opens FROM followed
  WHERE CASE WHEN sheet_before = sheet_id THEN opens_before ELSE NOT opens END <> opens
),
beside AS (
  SELECT *, lag(sheet_id) OVER (ORDER BY sheet_id, moved_at, event_id) AS sheet_before,
    lag(day) OVER (ORDER BY sheet_id, moved_at, event_id) AS day_before
  FROM turns
),
changing AS (
  SELECT *, CASE WHEN opens THEN day WHEN sheet_before = sheet_id THEN day_before END AS opened_day FROM beside
)
SELECT c.sheet_id, s.line, s.structure, s.class, s.is_query, s.is_complaint, s.origin, s.call_id, s.representative,
  c.kind, c.opens, c.moved_at, c.day, c.month, c.to_unit, c.opened_day,
  d.workday_no - o.workday_no AS working_days,
  c.day - c.opened_day AS calendar_days
FROM changing c
JOIN sheets s ON s.sheet_id = c.sheet_id
LEFT JOIN days d ON d.day = c.day
LEFT JOIN days o ON o.day = c.opened_day
