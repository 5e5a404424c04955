-- figure: sheets_by_month
-- name_az: Müraciət vərəqələrinin (MV) hərəkəti aylar üzrə
-- name_en: Application sheets: monthly balance
-- formula: carried in + compiled + reopened − answered − forwarded = carried out; what is carried out of a month is carried into the next
-- denominator: sheets
-- unit: sheets
-- source: AR:181-193; definitions 4
-- group: appeals
-- params: period, line
-- window_days: 2
-- total: class
-- base: sheet_moves WHERE moved_at >= $from AND moved_at < $to AND ($line IS NULL OR line = $line)
-- keys: class, month
-- rows: compiled | kind = 'opened'
-- rows: reopened | kind = 'reopened'
-- rows: answered | kind = 'answered'
-- rows: forwarded | kind = 'forwarded'
-- column: month | Ay | Month | text
-- column: class | Təsnifat | Class | code
-- column: carried_in | Əvvəlki dövrdən qalan | Carried in | count
-- column: compiled | Tərtib edilib | Compiled | count
-- column: reopened | Yenidən açılıb | Reopened | count
-- column: answered | ÇM tərəfindən cavablandırılıb | Answered by the centre | count
-- column: forwarded | Aidiyyəti üzrə göndərilib | Forwarded | count
-- column: carried_out | Növbəti dövrə keçən | Carried out | count
WITH months AS (
  SELECT DISTINCT substr(CAST(day AS VARCHAR), 1, 7) AS month FROM days WHERE day BETWEEN $first AND $last
),
moves AS (
  SELECT class, CASE WHEN moved_at < $from THEN '0000-00' ELSE month END AS month, kind, CASE WHEN opens THEN 1 ELSE -1 END AS change
  FROM sheet_moves WHERE moved_at < $to AND ($line IS NULL OR line = $line)
  UNION ALL
  SELECT class, '0000-00', NULL, 1 FROM sheets WHERE open_before AND ($line IS NULL OR line = $line)
),
counted AS (
  SELECT class, month,
    count(*) FILTER (WHERE kind = 'opened') AS compiled, count(*) FILTER (WHERE kind = 'reopened') AS reopened,
    count(*) FILTER (WHERE kind = 'answered') AS answered, count(*) FILTER (WHERE kind = 'forwarded') AS forwarded,
    sum(change) AS change
  FROM moves GROUP BY class, month
),
listed AS (
  SELECT c.class, m.month FROM (SELECT DISTINCT class FROM counted) c
  CROSS JOIN (SELECT month FROM months UNION ALL SELECT '0000-00') m
),
running AS (
  SELECT l.class, l.month, coalesce(c.compiled, 0) AS compiled, coalesce(c.reopened, 0) AS reopened,
    coalesce(c.answered, 0) AS answered, coalesce(c.forwarded, 0) AS forwarded,
    coalesce(c.change, 0) AS change, sum(coalesce(c.change, 0)) OVER (PARTITION BY l.class ORDER BY l.month) AS carried_out
  FROM listed l LEFT JOIN counted c ON c.class = l.class AND c.month = l.month
),
both AS (
  SELECT month, class, carried_out - change AS carried_in, compiled, reopened, answered, forwarded, carried_out FROM running WHERE month <> '0000-00'
)
SELECT month, class, carried_in, compiled, reopened, answered, forwarded, carried_out FROM both
UNION ALL
SELECT month, NULL, sum(carried_in), sum(compiled), sum(reopened), sum(answered), sum(forwarded), sum(carried_out) FROM both GROUP BY month
ORDER BY month, class NULLS LAST
