-- view: sheets
-- az: Müraciət vərəqələri: bir vərəqə bir sətirdir
-- en: Application sheets: one row a sheet
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
