-- view: surveys
-- az: Sorğular: bir insanın bir sorğusu bir sətirdir
-- en: Surveys: one row for one person's survey, invitation and answer together
SELECT survey_id,
  min(line) AS line,
  max(call_id) AS call_id,
  min(channel) AS channel,
  min(event_time) AS invited_at,
  min(day) AS day,
  substr(CAST(min(day) AS VARCHAR), 1, 7) AS month,
  count(*) FILTER (WHERE kind = 'declined') > 0 AS declined,
  first_value(score ORDER BY event_time DESC, event_id DESC) FILTER (WHERE kind = 'answered' AND question = 'overall') AS score,
  first_value(scale_max ORDER BY event_time DESC, event_id DESC) FILTER (WHERE kind = 'answered' AND question = 'overall') AS scale_max,
  first_value(score ORDER BY event_time DESC, event_id DESC) FILTER (WHERE kind = 'answered' AND question = 'resolved') AS resolved_score,
  first_value(scale_max ORDER BY event_time DESC, event_id DESC) FILTER (WHERE kind = 'answered' AND question = 'resolved') AS resolved_scale_max
FROM survey_responses
GROUP BY survey_id
