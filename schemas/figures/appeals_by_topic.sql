-- figure: appeals_by_topic
-- name_az: Müraciətlərin mövzular üzrə bölgüsü
-- name_en: Appeals by topic
-- formula: percent = appeals of the topic / all appeals; a call may carry several appeals
-- formula_az: mövzu üzrə müraciətlər ÷ bütün müraciətlər; bir zəngdə bir neçə müraciət ola bilər
-- denominator: appeals (not calls)
-- unit: appeals, percent
-- source: AR:50-82; definitions 3
-- group: appeals
-- params: period, line
-- total: topic
-- base: call_appeals WHERE appealed_at >= $from AND appealed_at < $to AND ($line IS NULL OR line = $line)
-- keys: topic
-- rows: appeals | true
-- rows: calls | true | (SELECT topic, call_id, min(appealed_at) AS appealed_at, count(*) AS appeals FROM call_appeals WHERE call_id IS NOT NULL AND appealed_at >= $from AND appealed_at < $to AND ($line IS NULL OR line = $line) GROUP BY topic, call_id)
-- rows: calls, topic= | true | (SELECT call_id, min(appealed_at) AS appealed_at, count(*) AS appeals FROM call_appeals WHERE call_id IS NOT NULL AND appealed_at >= $from AND appealed_at < $to AND ($line IS NULL OR line = $line) GROUP BY call_id)
-- column: sort | № | No. | count
-- column: topic | Mövzu | Topic | code
-- column: name_az | Mövzu | Topic | text_az
-- column: name_en | Mövzu | Topic | text_en
-- column: appeals | Müraciət sayı | Appeals | count
-- column: percent | Faiz | Percent | percent
-- column: calls | Zəng sayı | Calls | count
WITH told AS (
  SELECT topics[1] AS topic, call_id, count(*) AS appeals FROM appeals
  WHERE event_time >= $from AND event_time < $to AND ($line IS NULL OR line = $line)
  GROUP BY topics[1], call_id
),
counted AS (
  SELECT topic, sum(appeals) AS appeals, count(call_id) AS calls FROM told GROUP BY topic
),
whole AS (
  SELECT coalesce(sum(appeals), 0) AS appeals, count(call_id) AS calls
  FROM (SELECT call_id, sum(appeals) AS appeals FROM told GROUP BY call_id)
),
listed AS (
  SELECT coalesce(t.sort, 900) AS sort, coalesce(t.topic, c.topic) AS topic, coalesce(t.name_az, c.topic) AS name_az, coalesce(t.name_en, c.topic) AS name_en,
    coalesce(c.appeals, 0) AS appeals, coalesce(c.calls, 0) AS calls
  FROM (
    SELECT * FROM ref_topics WHERE level = 1 AND valid_from <= $last AND (valid_to IS NULL OR valid_to >= $last)
  ) t
  FULL JOIN (SELECT * FROM counted WHERE topic IS NOT NULL) c ON c.topic = t.topic
  UNION ALL
  SELECT 1000, NULL, NULL, NULL, appeals, calls FROM whole
)
SELECT sort, topic, name_az, name_en, appeals,
  round(200.0 * appeals / nullif(sum(appeals) OVER (), 0), 6) AS percent,
  calls
FROM listed
ORDER BY sort, topic
