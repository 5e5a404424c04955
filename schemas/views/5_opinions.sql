-- view: opinions
-- az: Cavab layihəsinə istənilən rəylər və onların nəticəsi
-- en: Opinions that were asked for on draft answers, and what became of each
-- columns_of: sheets
-- column: to_unit | Rəyi istənilən qurum | Unit that was asked
-- column: basis | Müddətin əsası: draft_answer (cavab layihəsinə rəy), e_service_help (elektron xidmət üzrə texniki dəstəyin cavabı) | What was asked for: draft_answer (an opinion on a draft answer), e_service_help (a help desk's answer)
-- column: term_working_days | Rəy müddəti, iş günü ilə | Term of the opinion in working days
-- column: requested_at | Rəyin istənildiyi an | When the opinion was asked for | UTC
-- column: requested_day | Bakı vaxtı ilə rəyin istənildiyi gün | Day of the request in Baku | Asia/Baku
-- column: due_on | Reyestrin bildirdiyi son gün | Due day, as the register told it
-- column: due_by_calendar | Eyni müddət iş təqvimi ilə sayılanda son gün | Due day, the same term counted by the work calendar
-- column: response | Nəticə: opinion_received, deemed_agreed; hələ yoxdursa, boşdur | opinion_received or deemed_agreed; empty while there is none
-- column: response_at | Rəyin gəldiyi və ya razılıq sayıldığı an | When the opinion came or was deemed given | UTC
-- column: response_day | Bakı vaxtı ilə həmin gün | Day of that in Baku | Asia/Baku
--
-- due_on is what the register told; due_by_calendar is the same term counted by the work calendar. v1 of the contract asked for nothing but
-- opinions on draft answers, so rows that landed before v2 name no basis.
-- By value through the window (see sheet_moves).
WITH steps AS (
  SELECT arrow_cast(sheet_id, 'Utf8') AS sheet_id, arrow_cast(kind, 'Utf8') AS kind, event_time, arrow_cast(event_id, 'Utf8') AS event_id, day,
    arrow_cast(to_unit, 'Utf8') AS to_unit, arrow_cast(coalesce(basis, 'draft_answer'), 'Utf8') AS basis, term_working_days, due_on
  FROM application_sheets WHERE kind IN ('opinion_requested', 'opinion_received', 'deemed_agreed')
),
beside AS (
  SELECT *,
    lead(sheet_id) OVER (ORDER BY sheet_id, event_time, event_id) AS next_sheet,
    lead(kind) OVER (ORDER BY sheet_id, event_time, event_id) AS kind_after,
    lead(event_time) OVER (ORDER BY sheet_id, event_time, event_id) AS time_after,
    lead(day) OVER (ORDER BY sheet_id, event_time, event_id) AS day_after
  FROM steps
),
followed AS (
  SELECT *,
    CASE WHEN next_sheet = sheet_id THEN kind_after END AS next_kind,
    CASE WHEN next_sheet = sheet_id THEN time_after END AS next_at,
    CASE WHEN next_sheet = sheet_id THEN day_after END AS next_day
  FROM beside
)
SELECT f.sheet_id, s.line, s.structure, s.class, f.to_unit, f.basis, f.term_working_days, f.event_time AS requested_at, f.day AS requested_day, f.due_on,
  w.day AS due_by_calendar,
  CASE WHEN f.next_kind <> 'opinion_requested' THEN f.next_kind END AS response,
  CASE WHEN f.next_kind <> 'opinion_requested' THEN f.next_at END AS response_at,
  CASE WHEN f.next_kind <> 'opinion_requested' THEN f.next_day END AS response_day
FROM followed f
JOIN sheets s ON s.sheet_id = f.sheet_id
LEFT JOIN days d ON d.day = f.day
LEFT JOIN days w ON w.workday_no = d.workday_no + f.term_working_days AND w.working
WHERE f.kind = 'opinion_requested'
