-- figure: live_half_hours
-- name_az: Zənglər yarım saatlar üzrə
-- name_en: Calls by half hour
-- formula: answered in time % = answered with wait ≤ threshold accept_s / offered
-- formula_az: vaxtında % = gözləmə müddəti accept_s həddini keçməyən cavablandırılmış zənglər ÷ daxil olan
-- denominator: incoming calls of live service of the half hour
-- unit: calls, percent
-- source: definitions 1; register C8
-- group: live
-- params: period, line
-- window_days: 14
-- chart: half_hour | offered, answered, lost
-- base: (SELECT i.*, concat(lpad(CAST(hour AS VARCHAR), 2, '0'), CASE WHEN date_part('minute', offered_at) < 30 THEN ':00' ELSE ':30' END) AS half_hour FROM incoming i) AS i WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- keys: half_hour
-- rows: offered, in_time_pct | true
-- rows: answered | outcome = 'answered'
-- rows: in_time | in_time
-- rows: lost | outcome = 'lost'
-- column: half_hour | Yarım saat | Half hour | text
-- column: offered | Daxil olan | Offered | count
-- column: answered | Cavablandırılan | Answered | count
-- column: in_time | Vaxtında | In time | count
-- column: lost | İtirilən | Lost | count
-- column: in_time_pct | Vaxtında, % | In time, % | percent
--
-- From the first half hour that has a call to the last one, those between without calls too. Baku is whole hours from UTC, so minutes are the same.
WITH counted AS (
  SELECT hour * 2 + CASE WHEN date_part('minute', offered_at) < 30 THEN 0 ELSE 1 END AS place,
    count(*) AS offered,
    count(*) FILTER (WHERE outcome = 'answered') AS answered,
    count(*) FILTER (WHERE in_time) AS in_time,
    count(*) FILTER (WHERE outcome = 'lost') AS lost
  FROM incoming
  WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
  GROUP BY 1
),
ends AS (
  SELECT min(place) AS first, max(place) AS last FROM counted
),
places AS (
  SELECT unnest(generate_series(0, 47)) AS place
)
SELECT concat(lpad(CAST(p.place / 2 AS VARCHAR), 2, '0'), CASE WHEN p.place % 2 = 0 THEN ':00' ELSE ':30' END) AS half_hour,
  coalesce(n.offered, 0) AS offered, coalesce(n.answered, 0) AS answered, coalesce(n.in_time, 0) AS in_time, coalesce(n.lost, 0) AS lost,
  round(100.0 * n.in_time / n.offered, 6) AS in_time_pct
FROM places p
JOIN ends e ON p.place BETWEEN e.first AND e.last
LEFT JOIN counted n ON n.place = p.place
ORDER BY p.place
