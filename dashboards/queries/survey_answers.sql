-- What callers answered to one questionnaire: of each question the last answer of each survey of one person, by score; and beside them
-- how many were invited, answered anything, or declined.
WITH told AS (
  SELECT survey_id, kind, question, score, scale_min, scale_max, event_time, event_id
  FROM survey_responses
  WHERE questionnaire = $questionnaire AND coalesce(respondent, 'caller') = 'caller'
),
latest AS (
  SELECT survey_id, question,
    first_value(score ORDER BY event_time DESC, event_id DESC) AS score,
    first_value(coalesce(scale_min, 0) ORDER BY event_time DESC, event_id DESC) AS scale_min,
    first_value(scale_max ORDER BY event_time DESC, event_id DESC) AS scale_max
  FROM told
  WHERE kind = 'answered'
  GROUP BY survey_id, question
)
SELECT 'answer' AS what, question, score, scale_min, scale_max, count(*) AS n FROM latest GROUP BY question, score, scale_min, scale_max
UNION ALL
SELECT 'invited', NULL, NULL, NULL, NULL, count(DISTINCT survey_id) FROM told
UNION ALL
SELECT 'answered', NULL, NULL, NULL, NULL, count(DISTINCT survey_id) FROM told WHERE kind = 'answered'
UNION ALL
SELECT 'declined', NULL, NULL, NULL, NULL, count(DISTINCT survey_id) FROM told WHERE kind = 'declined'
