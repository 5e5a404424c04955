-- view: outages
-- az: Xidmətin işləmədiyi vaxt: xətt və canlı xidmət günü üzrə, üst-üstə düşən nasazlıqlar bir dəfə sayılır
-- en: Time without service, by line and day of live service; outages that overlap count once
-- column: incident_id | Nasazlığın nömrəsi | Id of the incident
-- column: component | Nasaz hissə: telephony, ivr, crm, network … | Component that failed
-- column: line | Təsirlənən xətt | Line that suffered
-- column: structure | Xəttin arxasındakı qurum | Structure behind the line
-- column: day | Canlı xidmət günü | Day of live service | Asia/Baku
-- column: month | Həmin günün ayı (YYYY-MM) | Month of that day | Asia/Baku
-- column: started_at | Nasazlığın başlandığı an | When the incident began | UTC
-- column: ended_at | Nasazlığın bitdiyi an; məlum deyilsə, boşdur | When it ended; empty while that has not been told | UTC
-- column: lasted_ms | Nasazlığın həmin günün canlı saatlarındakı uzunluğu | Its length within the day's live hours | ms
-- column: down_ms | Günün xidmətsiz vaxtına əlavəsi, əvvəlki nasazlıqlarla üst-üstə düşən hissə çıxılmaqla | What it adds to the day's time without service, without what earlier ones cover | ms
--
-- down_ms is what this outage adds to those that began before it on the day. One without an end lasts to the end of the records.
WITH told AS (
  SELECT incident_id,
    min(event_time) FILTER (WHERE phase = 'started') AS started_at,
    max(event_time) FILTER (WHERE phase = 'ended') AS ended_at,
    first_value(component ORDER BY event_time, event_id) AS component,
    first_value(lines ORDER BY event_time, event_id) AS lines,
    max(severity) AS severity
  FROM incidents
  GROUP BY incident_id
),
spread AS (
  SELECT incident_id, component, started_at, ended_at, unnest(lines) AS line,
    CAST(date_part('epoch', started_at) * 1000 AS BIGINT) AS started_ms,
    CAST(date_part('epoch', coalesce(ended_at, (SELECT max(event_time) FROM call_events))) * 1000 AS BIGINT) AS ended_ms
  FROM told
  WHERE severity = 'outage' AND started_at IS NOT NULL
),
clipped AS (
  SELECT s.incident_id, s.component, s.started_at, s.ended_at, s.line, h.day,
    greatest(s.started_ms, h.midnight_ms + h.opens_minute * 60000) AS from_ms,
    least(s.ended_ms, h.midnight_ms + h.closes_minute * 60000) AS to_ms
  FROM spread s
  JOIN live_days h ON h.line = s.line
    AND h.midnight_ms + h.closes_minute * 60000 > s.started_ms AND h.midnight_ms + h.opens_minute * 60000 < s.ended_ms
),
followed AS (
  SELECT *, max(to_ms) OVER (
    PARTITION BY line, day ORDER BY from_ms, incident_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ) AS before_to_ms
  FROM clipped
)
SELECT f.incident_id, f.component, f.line, l.short AS structure, f.day, substr(CAST(f.day AS VARCHAR), 1, 7) AS month, f.started_at, f.ended_at,
  f.to_ms - f.from_ms AS lasted_ms,
  greatest(0, f.to_ms - greatest(f.from_ms, coalesce(f.before_to_ms, f.from_ms))) AS down_ms
FROM followed f
LEFT JOIN ref_lines l ON l.line = f.line AND f.day >= l.valid_from AND (l.valid_to IS NULL OR f.day <= l.valid_to)
