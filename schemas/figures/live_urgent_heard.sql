-- figure: live_urgent_heard
-- name_az: Maşının eşitdiyi, qeyd edilməmiş təxirəsalınmaz məsələlər indi
-- name_en: Urgent matters that the machine heard and nobody registered, now
-- formula: calls in which the machine heard signs of an urgent matter, without an urgent appeal; passed on = the escalation was heard or the call was transferred; minutes from the call to now
-- formula_az: maşının təxirəsalınmaz məsələ əlaməti eşitdiyi, təxirəsalınmaz müraciət qeyd edilməmiş zənglər; ötürülüb = məruzə eşidilib və ya zəng yönləndirilib; dəqiqə zəngdən indiyədək hesablanır
-- denominator: calls whose evaluation has landed
-- unit: calls, minutes
-- source: D50; ST 6.1.5; register C8; design law P10: a suspicion, people decide
-- group: live
-- params: period, now, line
-- window_days: 14
-- base: urgent_heard WHERE NOT registered AND call_at >= $from AND call_at < $to AND ($line IS NULL OR line = $line)
-- keys: call_id
-- rows: verdicts | true
-- column: call_id | Zəng | Call | text
-- column: line | Xətt | Line | text
-- column: structure | Qurum | Structure | text
-- column: heard_on | Gün | Day | date
-- column: heard_at | Saat (Bakı) | Time (Baku) | text
-- column: verdicts | Meyar | Verdicts | count
-- column: since_min | Keçən dəqiqə | Minutes since | number
-- column: escalated | Ötürülüb | Passed on | yes
SELECT call_id, min(line) AS line, min(structure) AS structure, min(day) AS heard_on,
  to_char(min(call_at) AT TIME ZONE 'Asia/Baku', '%H:%M') AS heard_at,
  count(*) AS verdicts,
  floor(greatest(date_part('epoch', CAST($now AS TIMESTAMP WITH TIME ZONE)) - date_part('epoch', min(call_at)), 0) / 60) AS since_min,
  bool_and(passed_on) AS escalated
FROM urgent_heard
WHERE NOT registered AND call_at >= $from AND call_at < $to AND ($line IS NULL OR line = $line)
GROUP BY call_id
ORDER BY min(call_at) DESC, call_id
