-- view: orders
-- az: Zəng sifarişləri: növbəti iş günü icra edilməlidir
-- en: Callback orders: due by the end of the next working day
-- columns_of: calls
-- column: due_on | Son icra günü: növbəti iş günü | Last day to call back: the next working day
-- column: called_at | İlk əks zəng anı | When it was first called back | UTC
-- column: done | Vaxtında əks zəng edilibmi | Whether it was called back in time
-- column: reached | Vaxtında edilən zəngdə şəxslə danışılıbmı | Whether a callback in time reached the person
WITH ordered AS (
  SELECT * FROM calls WHERE direction = 'inbound' AND outcome = 'ordered'
),
called AS (
  SELECT returns AS call_id, NULL AS caller_key, offered_at, outcome, day FROM calls WHERE direction = 'outbound' AND returns IS NOT NULL
),
next_working AS (
  SELECT d.day, min(n.day) AS due_on
  FROM days d JOIN days n ON n.workday_no = d.workday_no + 1 AND n.working
  WHERE d.entered
  GROUP BY d.day
)
SELECT o.call_id, o.line, o.structure, o.caller_key, o.offered_at, o.day, o.month, o.off_hours, w.due_on,
  min(c.offered_at) AS called_at,
  coalesce(min(c.day) <= w.due_on, false) AS done,
  coalesce(bool_or(c.outcome = 'answered' AND c.day <= w.due_on), false) AS reached
FROM ordered o
LEFT JOIN next_working w ON w.day = o.day
LEFT JOIN called c ON c.call_id = o.call_id AND c.offered_at > o.offered_at
GROUP BY o.call_id, o.line, o.structure, o.caller_key, o.offered_at, o.day, o.month, o.off_hours, w.due_on
