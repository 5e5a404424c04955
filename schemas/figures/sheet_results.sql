-- figure: sheet_results
-- name_az: Göndərilmiş şikayətlər: nəticəsi qayıtmayanlar
-- name_en: Forwarded complaints whose result did not come back
-- formula: forwarded complaints of the period; returned = result_returned told before the period ends
-- formula_az: dövrdə göndərilmiş şikayətlər; qayıdan = nəticəsi dövrün sonuna qədər bildirilən
-- denominator: complaints forwarded in the period
-- unit: sheets, days
-- source: D50; register D8
-- group: appeals
-- params: period, line
-- window_days: 2
-- total: class
-- base: sheet_moves LEFT JOIN (SELECT sheet_id, min(event_time) AS returned_at FROM application_sheets WHERE kind = 'result_returned' AND event_time < $to GROUP BY sheet_id) AS r USING (sheet_id) WHERE kind = 'forwarded' AND is_complaint AND moved_at >= $from AND moved_at < $to AND ($line IS NULL OR line = $line)
-- keys: class, line
-- rows: forwarded | true
-- rows: returned, mean_days | returned_at >= moved_at
-- rows: outstanding, oldest_days | NOT coalesce(returned_at >= moved_at, false)
-- column: class | Təsnifat | Class | code
-- column: line | Xətt | Line | text
-- column: forwarded | Göndərilib | Forwarded | count
-- column: returned | Nəticəsi qayıdıb | Result came back | count
-- column: outstanding | Nəticəsi qayıtmayıb | No result yet | count
-- column: mean_days | Orta müddət, gün | Mean days | days
-- column: oldest_days | Ən köhnə gözləyən, gün | Oldest waiting, days | days
WITH sent AS (
  SELECT sheet_id, class, line, day, moved_at FROM sheet_moves WHERE kind = 'forwarded' AND is_complaint AND moved_at >= $from AND moved_at < $to AND ($line IS NULL OR line = $line)
),
returned AS (
  SELECT sheet_id, min(event_time) AS returned_at, min(day) AS returned_day FROM application_sheets
  WHERE kind = 'result_returned' AND event_time < $to
  GROUP BY sheet_id
),
judged AS (
  SELECT s.class, s.line, s.day, r.returned_day FROM sent s LEFT JOIN returned r ON r.sheet_id = s.sheet_id AND r.returned_at >= s.moved_at
),
counted AS (
  SELECT class, line, count(*) AS forwarded, count(returned_day) AS returned, count(*) - count(returned_day) AS outstanding,
    avg(returned_day - day) AS mean_days, max(CASE WHEN returned_day IS NULL THEN $last - day END) AS oldest_days
  FROM judged GROUP BY class, line
)
SELECT class, line, forwarded, returned, outstanding, round(mean_days, 6) AS mean_days, oldest_days FROM counted
UNION ALL
SELECT NULL, NULL, count(*), count(returned_day), count(*) - count(returned_day), round(avg(returned_day - day), 6),
  max(CASE WHEN returned_day IS NULL THEN $last - day END)
FROM judged
ORDER BY class NULLS LAST, line
