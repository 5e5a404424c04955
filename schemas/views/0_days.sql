-- view: days
-- az: Günlər: iş günüdürmü, o gün hansı hədlər qüvvədədir
-- en: Days from 1970 to 2099: whether people work, and the limits in force on the day
-- column: day | Gün | Day
-- column: year | İl | Year
-- column: weekday | Həftənin günü (1 – bazar ertəsi) | Day of the week; 1 is Monday
-- column: entered | Həmin ilin bayramları təqvimə yazılıbmı | Whether the calendar has the year's holidays
-- column: kind | Adi həftədən fərqi: holiday, rest_day, working_day | How it differs from the plain week: holiday, rest_day, working_day
-- column: working | İş günüdürmü | Whether people work
-- column: workday_no | İş günlərinin ardıcıl sayı, bu gün daxil olmaqla | Working days counted up to and including this day
-- column: midnight_ms | Bakı vaxtı ilə günün başlanğıcı | Beginning of the day in Baku | ms, Unix
-- column: accept_ms | Vaxtında qəbul həddi | Longest wait that counts as in time | ms
-- column: lost_short_ms | Qısa itirilmiş zəng həddi | Longest wait of a short lost call | ms
-- column: fcr_repeat_ms | Təkrar müraciət müddəti | Time within which a further contact counts as a repetition | ms
-- column: satisfied_min_share | Razı sayılan ən aşağı bal, şkalanın payı | Lowest score that counts as satisfied, as a share of the scale | 0–1
-- column: survey_min_answers | Faizin göstərilməsi üçün ən az cavab | Fewest answers for which a percentage is printed
-- column: live_hours_per_week | Bir təmsilçi üçün həftəlik canlı xidmət norması | Hours of live service a representative and week | h
--
-- entered: the calendar has holidays for the year; without them nobody knows what a working day was. workday_no counts working days up to
-- and including the day, so that the difference of two days' numbers is the working days between them. midnight_ms is the day's beginning in Baku,
-- twelve hours before its noon: on some days of the 1980s there was no midnight.
WITH listed AS (
  SELECT CAST(unnest(generate_series(DATE '1970-01-01', DATE '2099-12-31', INTERVAL '1 day')) AS DATE) AS day
),
dated AS (
  SELECT day, date_part('year', day) AS year, CASE WHEN date_part('dow', day) = 0 THEN 7 ELSE date_part('dow', day) END AS weekday FROM listed
),
marked AS (
  SELECT CAST(unnest(generate_series(valid_from, valid_to, INTERVAL '1 day')) AS DATE) AS day, kind FROM ref_calendar
),
entered AS (
  SELECT DISTINCT date_part('year', day) AS year FROM marked
),
limits AS (
  SELECT d.day,
    max(t.value) FILTER (WHERE t.threshold = 'accept_s') * 1000 AS accept_ms,
    max(t.value) FILTER (WHERE t.threshold = 'lost_short_s') * 1000 AS lost_short_ms,
    max(t.value) FILTER (WHERE t.threshold = 'fcr_repeat_days') * 86400000 AS fcr_repeat_ms,
    max(t.value) FILTER (WHERE t.threshold = 'satisfied_min_share') AS satisfied_min_share,
    max(t.value) FILTER (WHERE t.threshold = 'survey_min_answers') AS survey_min_answers,
    max(t.value) FILTER (WHERE t.threshold = 'live_hours_per_week') AS live_hours_per_week
  FROM dated d JOIN ref_thresholds t ON t.valid_from <= d.day AND (t.valid_to IS NULL OR t.valid_to >= d.day)
  GROUP BY d.day
),
judged AS (
  SELECT d.day, d.year, d.weekday, e.year IS NOT NULL AS entered, m.kind,
    CASE WHEN m.kind IS NULL THEN d.weekday <= 5 ELSE m.kind = 'working_day' END AS working
  FROM dated d LEFT JOIN entered e ON e.year = d.year LEFT JOIN marked m ON m.day = d.day
)
SELECT j.day, CAST(j.year AS INT) AS year, CAST(j.weekday AS INT) AS weekday, j.entered, j.kind,
  j.entered AND j.working AS working,
  sum(CASE WHEN j.working THEN 1 ELSE 0 END) OVER (ORDER BY j.day) AS workday_no,
  CAST(date_part('epoch', (CAST(j.day AS TIMESTAMP) + INTERVAL '12 hours') AT TIME ZONE 'Asia/Baku') * 1000 AS BIGINT) - 43200000 AS midnight_ms,
  CAST(l.accept_ms AS BIGINT) AS accept_ms, CAST(l.lost_short_ms AS BIGINT) AS lost_short_ms, CAST(l.fcr_repeat_ms AS BIGINT) AS fcr_repeat_ms,
  l.satisfied_min_share, CAST(l.survey_min_answers AS BIGINT) AS survey_min_answers, l.live_hours_per_week
FROM judged j LEFT JOIN limits l ON l.day = j.day
