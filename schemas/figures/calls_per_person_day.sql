-- figure: calls_per_person_day
-- name_az: Bir iş günündə bir əməkdaşın cavablandırdığı zənglər
-- name_en: Answered calls per employee and working day
-- formula: answered calls / person-days; a person-day is a representative on a day with a session started
-- formula_az: cavablandırılmış zənglər ÷ əməkdaş-günlər (iş seansı olan təmsilçi × gün)
-- denominator: person-days: representatives × days with a session
-- unit: calls
-- source: AR:121; definitions 1
-- group: staff
-- params: period, line
-- window_days: 2
-- total: month
-- base: incoming WHERE outcome = 'answered' AND offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- keys: month
-- rows: answered, calls_per_person_day | true
-- rows: person_days | true | (SELECT DISTINCT month, day, representative FROM staff_sessions WHERE kind = 'started' AND event_time >= $from AND event_time < $to AND ($line IS NULL OR array_has(lines, $line)))
-- column: month | Ay | Month | text
-- column: answered | Cavablandırılan | Answered | count
-- column: person_days | Əməkdaş-gün | Person-days | count
-- column: calls_per_person_day | Bir əməkdaşa bir gündə | Calls per person-day | number
WITH answered AS (
  SELECT month, count(*) AS answered FROM incoming
  WHERE outcome = 'answered' AND offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
  GROUP BY month
),
present AS (
  SELECT month, count(*) AS person_days FROM (
    SELECT DISTINCT month, day, representative FROM staff_sessions
    WHERE kind = 'started' AND event_time >= $from AND event_time < $to AND ($line IS NULL OR array_has(lines, $line))
  ) GROUP BY month
),
joined AS (
  SELECT coalesce(a.month, p.month) AS month, coalesce(a.answered, 0) AS answered, coalesce(p.person_days, 0) AS person_days
  FROM answered a FULL JOIN present p ON p.month = a.month
),
totalled AS (
  SELECT * FROM joined
  UNION ALL
  SELECT NULL, coalesce(sum(answered), 0), coalesce(sum(person_days), 0) FROM joined
)
SELECT month, answered, person_days, round(1.0 * answered / nullif(person_days, 0), 6) AS calls_per_person_day
FROM totalled
ORDER BY month NULLS LAST
