-- view: due_callbacks
-- az: Əks əlaqə gözləyən şəxslər: bir şəxs bir gündə bir dəfə
-- en: People who were owed a callback: one a person and day, on the line of the first call they lost
-- column: person | Zəng edənin açarı, nömrə gizlidirsə, zəngin özü | The caller's key, or the call itself where the number is hidden
-- column: day | Bakı vaxtı ilə itirilmiş zənglərin günü | Day of the lost calls in Baku | Asia/Baku
-- column: month | Bakı vaxtı ilə ay (YYYY-MM) | Month in Baku | Asia/Baku
-- column: line | Həmin gün ilk itirilmiş zəngin xətti | Line of the first call lost that day
-- column: structure | Həmin xəttin arxasındakı qurum | Structure behind that line
-- column: offered_at | İlk itirilmiş zəngin daxil olduğu an | When the first of the lost calls was offered | UTC
-- column: lost_calls | Şəxsin həmin gün itirilmiş zəngləri | How many of the person's calls were lost that day
-- column: done | Həmin gün əks zəng edilibmi | Whether the person was called back the same day
-- column: reached | Əks zəngdə şəxslə danışılıbmı | Whether the callback reached the person
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
