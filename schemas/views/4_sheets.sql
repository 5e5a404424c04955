-- view: sheets
-- az: Müraciət vərəqələri: bir vərəqə bir sətirdir
-- en: Application sheets: one row a sheet
-- column: sheet_id | Vərəqənin nömrəsi | Id of the sheet
-- column: line | Xətt | Line
-- column: structure | Xəttin arxasındakı qurum | Structure behind the line
-- column: class | Təsnifat, illik hesabatda olduğu kimi | Class, as in the annual report
-- column: is_query | Sorğu vərəqəsidirmi: complex_question, e_service_error | Whether it is a query sheet: complex_question, e_service_error
-- column: is_complaint | Şikayət vərəqəsidirmi: third_party_complaint, body_complaint | Whether it is a complaint: third_party_complaint, body_complaint
-- column: origin | Haradan açılıb: live, callback, order | Where it was opened from: live, callback, order
-- column: call_id | Açıldığı zəngin nömrəsi | Id of the call it was opened in
-- column: representative | Açan təmsilçi | Representative who opened it
-- column: opened_at | İlk açılma anı | When it was first opened | UTC
-- column: opened_day | Bakı vaxtı ilə ilk açılma günü | Day on which it was first opened, in Baku | Asia/Baku
-- column: first_told_at | Vərəqə barədə ilk məlumatın anı | Time of the first thing told of it | UTC
-- column: open_before | Qeydlər başlananda artıq açıq idi | It was open before the records began
--
-- open_before: its opening was never told, so it was open before the records began.
SELECT s.sheet_id, s.line, l.short AS structure, s.class, s.class IN ('complex_question', 'e_service_error') AS is_query,
  s.class IN ('third_party_complaint', 'body_complaint') AS is_complaint,
  s.origin, s.call_id, s.representative, s.opened_at, s.opened_day, s.first_told_at,
  coalesce(s.first_move IN ('answered', 'forwarded'), true) AS open_before
FROM (
  SELECT sheet_id,
    first_value(line ORDER BY event_time, event_id) AS line,
    first_value(class ORDER BY event_time, event_id) AS class,
    max(origin) AS origin,
    max(call_id) AS call_id,
    max(representative) AS representative,
    min(event_time) FILTER (WHERE kind = 'opened') AS opened_at,
    min(day) FILTER (WHERE kind = 'opened') AS opened_day,
    min(event_time) AS first_told_at,
    min(day) AS first_day,
    first_value(kind ORDER BY event_time, event_id) FILTER (WHERE kind IN ('opened', 'reopened', 'answered', 'forwarded')) AS first_move
  FROM application_sheets
  GROUP BY sheet_id
) s
LEFT JOIN ref_lines l ON l.line = s.line AND s.first_day >= l.valid_from AND (l.valid_to IS NULL OR s.first_day <= l.valid_to)
