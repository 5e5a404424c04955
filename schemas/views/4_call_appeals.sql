-- view: call_appeals
-- az: Müraciətlər zəngləri ilə: mövzu, istiqamət, təkrar müraciət
-- en: Appeals with their calls: topic, direction, and the next contact of the same caller about the same thing
--
-- next_contact_at: the next call in which the same caller appealed on the same line and topic. repeated: it came within fcr_repeat_days.
WITH joined AS (
  SELECT a.appeal_id, a.call_id, a.line, a.topics[1] AS topic, a.nature, a.direction, coalesce(a.urgent, false) AS urgent, a.representative,
    a.event_time AS appealed_at, a.day, a.month, c.caller_key, c.outcome, c.answered_at, c.direction AS call_direction
  FROM appeals a LEFT JOIN calls c ON c.call_id = a.call_id
),
contacts AS (
  SELECT caller_key, line, topic, call_id, min(appealed_at) AS contact_at
  FROM joined WHERE caller_key IS NOT NULL
  GROUP BY caller_key, line, topic, call_id
),
followed AS (
  SELECT *, lead(contact_at) OVER (PARTITION BY caller_key, line, topic ORDER BY contact_at, call_id) AS next_contact_at
  FROM contacts
)
SELECT j.appeal_id, j.call_id, j.line, l.short AS structure, j.topic, coalesce(t.serviceable, true) AS serviceable, j.nature, j.direction, j.urgent,
  j.representative, j.appealed_at, j.day, j.month, j.caller_key, j.answered_at,
  coalesce(j.outcome = 'answered', false) AS from_answered,
  f.next_contact_at,
  coalesce(date_part('epoch', f.next_contact_at) * 1000 - date_part('epoch', j.appealed_at) * 1000 <= d.fcr_repeat_ms, false) AS repeated
FROM joined j
LEFT JOIN followed f ON f.caller_key = j.caller_key AND f.line = j.line AND f.topic = j.topic AND f.call_id = j.call_id
LEFT JOIN days d ON d.day = j.day
LEFT JOIN ref_lines l ON l.line = j.line AND j.day >= l.valid_from AND (l.valid_to IS NULL OR j.day <= l.valid_to)
LEFT JOIN ref_topics t ON t.topic = j.topic AND j.day >= t.valid_from AND (t.valid_to IS NULL OR j.day <= t.valid_to)
