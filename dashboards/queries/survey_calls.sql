-- The answered calls of a day, and those calls of the same callers near it that tell whether a caller was invited before, of whatever survey.
WITH near AS (
  SELECT call_id, line, caller_key, offered_at >= $day_from AND offered_at < $day_to AS of_the_day
  FROM calls
  WHERE outcome = 'answered' AND direction = 'inbound' AND line IS NOT NULL AND offered_at >= $from AND offered_at < $to
),
callers AS (
  SELECT DISTINCT caller_key FROM near WHERE of_the_day AND caller_key IS NOT NULL
),
invitations AS (
  SELECT DISTINCT call_id FROM survey_responses
  WHERE kind = 'invited' AND coalesce(respondent, 'caller') = 'caller' AND call_id IS NOT NULL
)
SELECT n.call_id, n.line, n.caller_key, n.of_the_day, i.call_id IS NOT NULL AS invited
FROM near n
LEFT JOIN callers c ON c.caller_key = n.caller_key
LEFT JOIN invitations i ON i.call_id = n.call_id
WHERE n.of_the_day OR c.caller_key IS NOT NULL
ORDER BY n.call_id
