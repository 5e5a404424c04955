-- figure: kpi_availability
-- name_az: Xidmətin yararlılığı
-- name_en: Availability of the service
-- formula: live time without outages / live time; outages of a line that overlap count once
-- formula_az: nasazlıqsız canlı xidmət vaxtı ÷ canlı xidmət vaxtı (iş günlərinin canlı saatları); bir xəttin üst-üstə düşən nasazlıqları bir dəfə sayılır
-- denominator: live hours of the working days, up to the end of the records
-- unit: percent
-- source: AR:249; definitions 8 (KPI 6)
-- group: kpi
-- params: period, line
-- window_days: 2
-- target: availability
-- needs: calendar
-- base: outages WHERE day BETWEEN $first AND $last AND ($line IS NULL OR line = $line)
-- keys: line, month
-- rows: numerator | true
-- rows: denominator | true
-- column: line | Xətt | Line | text
-- column: month | Ay | Month | text
-- column: numerator | Surət | Numerator | ms
-- column: denominator | Məxrəc | Denominator | ms
WITH live AS (
  SELECT line, substr(CAST(day AS VARCHAR), 1, 7) AS month, sum(closes_minute - opens_minute) * 60000 AS live_ms
  FROM live_days
  WHERE day BETWEEN $first AND $last AND day <= (SELECT max(day) FROM call_events) AND ($line IS NULL OR line = $line)
  GROUP BY 1, 2
),
down AS (
  SELECT line, month, sum(down_ms) AS down_ms FROM outages
  WHERE day BETWEEN $first AND $last AND ($line IS NULL OR line = $line)
  GROUP BY line, month
)
SELECT l.line, l.month, l.live_ms - coalesce(d.down_ms, 0) AS numerator, l.live_ms AS denominator
FROM live l LEFT JOIN down d ON d.line = l.line AND d.month = l.month
ORDER BY 1, 2
