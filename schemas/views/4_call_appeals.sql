-- view: call_appeals
-- az: Müraciətlər zəngləri ilə: mövzu, istiqamət, təkrar müraciət
-- en: Appeals with their calls: topic, direction, and the next contact of the same caller about the same thing
-- columns_of: appeals, calls
-- column: structure | Xəttin arxasındakı qurum | Structure behind the line
-- column: topic | Əsas mövzu (birinci göstərilən) | Main topic: the first one told
-- column: serviceable | Bu mövzuda xidmət göstərmək mümkündürmü | Whether the topic can be served; else it leaves first-contact resolution
-- column: urgent | Təxirəsalınmazdırmı | Urgent: life, health, liberty, perishable information
-- column: appealed_at | Müraciət anı | When the appeal was made | UTC
-- column: day | Bakı vaxtı ilə müraciət günü | Day of the appeal in Baku | Asia/Baku
-- column: month | Bakı vaxtı ilə müraciət ayı (YYYY-MM) | Month of the appeal in Baku | Asia/Baku
-- column: from_answered | Cavablandırılmış zəngdəndirmi | Whether its call was answered
-- column: next_contact_at | Eyni şəxsin eyni xətt və mövzu üzrə növbəti müraciət anı | When the same caller next appealed on the same line and topic | UTC
-- column: repeated | Növbəti müraciət təkrar müddətinə düşürmü | Whether the next contact came within the time of repetition
--
-- next_contact_at: the next appeal of the same caller on the same line and topic that was made in another call. repeated: it came within
-- fcr_repeat_days.
WITH joined AS (
  SELECT a.appeal_id, a.call_id, a.line, a.topics[1] AS topic, a.nature, a.direction, coalesce(a.urgent, false) AS urgent, a.representative,
    a.event_time AS appealed_at, a.day, a.month, c.caller_key, c.outcome, c.answered_at, c.direction AS call_direction,
    concat(c.caller_key, '|', a.line, '|', a.topics[1]) AS matter, concat(a.line, '|', a.topics[1]) AS about
  FROM appeals a LEFT JOIN calls c ON c.call_id = a.call_id
),
-- Texts go by value through the windows (see sheet_moves).
told AS (
  SELECT arrow_cast(matter, 'Utf8') AS matter, appealed_at, arrow_cast(call_id, 'Utf8') AS call_id
  FROM joined WHERE caller_key IS NOT NULL
),
-- One order over all is much quicker than half a million partitions of one or two contacts, and takes less memory than to group the appeals of a call.
behind AS (
  SELECT *, lag(matter) OVER (ORDER BY matter, appealed_at, call_id) AS matter_before,
    lag(call_id) OVER (ORDER BY matter, appealed_at, call_id) AS call_before
  FROM told
),
-- A contact is what one call says of a matter before another call speaks of it.
contacts AS (
  SELECT matter, appealed_at, call_id FROM behind
  WHERE matter_before IS NULL OR matter_before <> matter OR call_before <> call_id
),
beside AS (
  SELECT *, lead(matter) OVER (ORDER BY matter, appealed_at, call_id) AS next_matter,
    lead(appealed_at) OVER (ORDER BY matter, appealed_at, call_id) AS next_at
  FROM contacts
),
followed AS (
  SELECT call_id, substr(matter, strpos(matter, '|') + 1) AS about, min(next_at) AS next_contact_at
  FROM beside WHERE next_matter = matter GROUP BY call_id, matter
)
SELECT j.appeal_id, j.call_id, j.line, l.short AS structure, j.topic, coalesce(t.serviceable, true) AS serviceable, j.nature, j.direction, j.urgent,
  j.representative, j.appealed_at, j.day, j.month, j.caller_key, j.answered_at,
  coalesce(j.outcome = 'answered', false) AS from_answered,
  f.next_contact_at,
  coalesce(date_part('epoch', f.next_contact_at) * 1000 - date_part('epoch', j.appealed_at) * 1000 <= d.fcr_repeat_ms, false) AS repeated
FROM joined j
LEFT JOIN followed f ON f.call_id = j.call_id AND f.about = j.about
LEFT JOIN days d ON d.day = j.day
LEFT JOIN ref_lines l ON l.line = j.line AND j.day >= l.valid_from AND (l.valid_to IS NULL OR j.day <= l.valid_to)
LEFT JOIN ref_topics t ON t.topic = j.topic AND j.day >= t.valid_from AND (t.valid_to IS NULL OR j.day <= t.valid_to)
