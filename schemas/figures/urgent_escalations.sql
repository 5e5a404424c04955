-- figure: urgent_escalations
-- name_az: Xüsusi operativlik tələb edən müraciətlər
-- name_en: Urgent appeals and how fast they were passed on
-- formula: passed on = the call was transferred, or a sheet opened in it was forwarded; minutes from the answer to the first of these
-- formula_az: ötürülüb = zəng yönləndirilib və ya zəngdə açılan MV göndərilib; dəqiqə cavabdan hesablanır
-- denominator: urgent appeals
-- unit: appeals, minutes
-- source: D50; ST 6.1.5; register C8
-- group: appeals
-- params: period, line
-- window_days: 2
-- total: line
-- base: call_appeals LEFT JOIN (SELECT call_id, min(passed_at) AS passed_at FROM (SELECT call_id, transferred_at AS passed_at FROM calls WHERE transferred_at IS NOT NULL UNION ALL SELECT call_id, moved_at FROM sheet_moves WHERE kind = 'forwarded' AND call_id IS NOT NULL) GROUP BY call_id) AS p USING (call_id) WHERE urgent AND appealed_at >= $from AND appealed_at < $to AND ($line IS NULL OR line = $line)
-- keys: line
-- rows: urgent | true
-- rows: escalated | passed_at IS NOT NULL
-- rows: not_escalated | passed_at IS NULL
-- rows: mean_minutes, longest_minutes | passed_at IS NOT NULL AND answered_at IS NOT NULL
-- column: line | Xətt | Line | text
-- column: urgent | Təxirəsalınmaz | Urgent | count
-- column: escalated | Ötürülüb | Passed on | count
-- column: not_escalated | Ötürülməyib | Not passed on | count
-- column: mean_minutes | Orta müddət, dəq. | Mean minutes | number
-- column: longest_minutes | Ən uzun müddət, dəq. | Longest, minutes | number
WITH passed AS (
  SELECT call_id, min(passed_at) AS passed_at FROM (
    SELECT call_id, transferred_at AS passed_at FROM calls WHERE transferred_at IS NOT NULL
    UNION ALL
    SELECT call_id, moved_at FROM sheet_moves WHERE kind = 'forwarded' AND call_id IS NOT NULL
  ) GROUP BY call_id
),
judged AS (
  SELECT a.line, p.passed_at, (date_part('epoch', p.passed_at) - date_part('epoch', a.answered_at)) / 60.0 AS minutes
  FROM call_appeals a LEFT JOIN passed p ON p.call_id = a.call_id
  WHERE a.urgent AND a.appealed_at >= $from AND a.appealed_at < $to AND ($line IS NULL OR a.line = $line)
),
counted AS (
  SELECT line, count(*) AS urgent, count(passed_at) AS escalated, count(*) - count(passed_at) AS not_escalated,
    sum(minutes) AS minutes, count(minutes) AS timed, max(minutes) AS longest
  FROM judged GROUP BY line
),
totalled AS (
  SELECT * FROM counted
  UNION ALL
  SELECT NULL, coalesce(sum(urgent), 0), coalesce(sum(escalated), 0), coalesce(sum(not_escalated), 0), sum(minutes), sum(timed), max(longest) FROM counted
)
SELECT line, urgent, escalated, not_escalated, round(minutes / nullif(timed, 0), 6) AS mean_minutes, round(longest, 6) AS longest_minutes
FROM totalled
ORDER BY line IS NULL, line
