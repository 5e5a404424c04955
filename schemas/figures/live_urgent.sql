-- figure: live_urgent
-- name_az: Təxirəsalınmaz müraciətlər indi
-- name_en: Urgent appeals now
-- formula: calls with an urgent appeal; passed on = the call was transferred, or a sheet opened in it was forwarded; minutes from the appeal to now, and from the answer to passing on
-- formula_az: təxirəsalınmaz müraciət qeyd edilən zənglər; ötürülüb = zəng yönləndirilib və ya zəngdə açılan MV göndərilib; dəqiqə müraciətdən indiyədək, ötürülmə isə cavabdan hesablanır
-- denominator: urgent appeals
-- unit: appeals, minutes
-- source: D50; ST 6.1.5; register C8
-- group: live
-- params: period, now, line
-- window_days: 14
-- base: call_appeals WHERE urgent AND appealed_at >= $from AND appealed_at < $to AND ($line IS NULL OR line = $line)
-- keys: call_id
-- rows: appeals | true
-- column: call_id | Zəng | Call | text
-- column: line | Xətt | Line | text
-- column: structure | Qurum | Structure | text
-- column: topic | Mövzu | Topic | code
-- column: name_az | Mövzu | Topic | text_az
-- column: name_en | Mövzu | Topic | text_en
-- column: flagged_on | Gün | Day | date
-- column: flagged_at | Saat (Bakı) | Time (Baku) | text
-- column: appeals | Müraciət | Appeals | count
-- column: since_min | Keçən dəqiqə | Minutes since | number
-- column: escalated | Ötürülüb | Passed on | yes
-- column: escalated_min | Ötürülmə müddəti, dəq. | Passed on after, minutes | number
WITH flagged AS (
  SELECT call_id, min(line) AS line, min(structure) AS structure, first_value(topic ORDER BY appealed_at, appeal_id) AS topic,
    min(day) AS day, min(appealed_at) AS appealed_at, min(answered_at) AS answered_at, count(*) AS appeals
  FROM call_appeals
  WHERE urgent AND appealed_at >= $from AND appealed_at < $to AND ($line IS NULL OR line = $line)
  GROUP BY call_id
),
passed AS (
  SELECT call_id, min(passed_at) AS passed_at FROM (
    SELECT call_id, transferred_at AS passed_at FROM calls WHERE transferred_at IS NOT NULL
    UNION ALL
    SELECT call_id, moved_at FROM sheet_moves WHERE kind = 'forwarded' AND call_id IS NOT NULL
  ) GROUP BY call_id
)
SELECT f.call_id, f.line, f.structure, f.topic, t.name_az, t.name_en, f.day AS flagged_on,
  to_char(f.appealed_at AT TIME ZONE 'Asia/Baku', '%H:%M') AS flagged_at,
  f.appeals,
  floor(greatest(date_part('epoch', CAST($now AS TIMESTAMP WITH TIME ZONE)) - date_part('epoch', f.appealed_at), 0) / 60) AS since_min,
  p.passed_at IS NOT NULL AS escalated,
  round((date_part('epoch', p.passed_at) - date_part('epoch', f.answered_at)) / 60, 1) AS escalated_min
FROM flagged f
LEFT JOIN passed p ON p.call_id = f.call_id
LEFT JOIN ref_topics t ON t.topic = f.topic AND f.day >= t.valid_from AND (t.valid_to IS NULL OR f.day <= t.valid_to)
ORDER BY f.appealed_at DESC, f.call_id
