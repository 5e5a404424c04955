-- view: due_callbacks
-- az: Əks əlaqə gözləyən şəxslər: bir şəxs bir gündə bir dəfə
-- en: People who were owed a callback: one a person and day, on the line of the first call they lost
SELECT person, day, min(month) AS month,
  first_value(line ORDER BY offered_at, call_id) AS line,
  first_value(structure ORDER BY offered_at, call_id) AS structure,
  min(offered_at) AS offered_at,
  count(*) AS lost_calls,
  bool_or(part = 'called_back') AS done,
  bool_or(reached) AS reached
FROM lost_calls
WHERE due
GROUP BY person, day
