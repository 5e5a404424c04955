-- figure: sheets_balance
-- name_az: Müraciət vərəqələrinin (MV) hərəkəti
-- name_en: Application sheets: balance by class and structure
-- formula: carried in + compiled + reopened − answered − forwarded = carried out; both ends are counted from all moves told before them
-- formula_az: əvvəlki dövrdən qalan + tərtib edilən + yenidən açılan − cavablandırılan − göndərilən = növbəti dövrə keçən
-- denominator: sheets
-- unit: sheets
-- source: AR:126-193; definitions 4; ST 6.5
-- group: appeals
-- params: period, line
-- window_days: 2
-- total: class
-- base: sheet_moves WHERE moved_at >= $from AND moved_at < $to AND ($line IS NULL OR line = $line)
-- keys: class, line
-- rows: carried_in | true | sheets WHERE ($line IS NULL OR line = $line) AND sheet_id IN (SELECT sheet_id FROM (SELECT sheet_id, CASE WHEN opens THEN 1 ELSE -1 END AS change FROM sheet_moves WHERE moved_at < $from UNION ALL SELECT sheet_id, 1 FROM sheets WHERE open_before) GROUP BY sheet_id HAVING sum(change) > 0)
-- rows: compiled | kind = 'opened'
-- rows: reopened | kind = 'reopened'
-- rows: answered | kind = 'answered'
-- rows: forwarded | kind = 'forwarded'
-- rows: carried_out | true | sheets WHERE ($line IS NULL OR line = $line) AND sheet_id IN (SELECT sheet_id FROM (SELECT sheet_id, CASE WHEN opens THEN 1 ELSE -1 END AS change FROM sheet_moves WHERE moved_at < $to UNION ALL SELECT sheet_id, 1 FROM sheets WHERE open_before) GROUP BY sheet_id HAVING sum(change) > 0)
-- column: sort | № | No. | count
-- column: class | Təsnifat | Class | code
-- column: name_az | Təsnifat | Class | text_az
-- column: name_en | Təsnifat | Class | text_en
-- column: line | Xətt | Line | text
-- column: structure | Qurum | Structure | text
-- column: carried_in | Əvvəlki dövrdən qalan | Carried in | count
-- column: compiled | Tərtib edilib | Compiled | count
-- column: reopened | Yenidən açılıb | Reopened | count
-- column: answered | ÇM tərəfindən cavablandırılıb | Answered by the centre | count
-- column: forwarded | Aidiyyəti üzrə göndərilib | Forwarded | count
-- column: carried_out | Növbəti dövrə keçən | Carried out | count
WITH named AS (
  SELECT column1 AS sort, column2 AS class, column3 AS name_az, column4 AS name_en FROM (VALUES
    (1, 'complex_question', 'Mürəkkəb sual', 'Complex question'),
    (2, 'e_service_error', 'Elektron xidmətlərdən istifadə zamanı xəta ilə bağlı sual', 'Question about an error of an e-service'),
    (3, 'third_party_complaint', '3-cü şəxslərin fəaliyyətindən (fəaliyyətsizliyindən) şikayətlər', 'Complaints about third parties'),
    (4, 'body_complaint', 'Qurumların və onların əməkdaşlarının hərəkətlərindən (hərəkətsizliyindən) şikayətlər', 'Complaints about bodies and their staff'),
    (5, 'reception_booking', 'Rəhbər vəzifəli şəxslərin qəbuluna yazılma', 'Booking of receptions'),
    (6, 'proposal', 'Təkliflər', 'Proposals'),
    (7, NULL, NULL, NULL)
  )
),
moves AS (
  SELECT class, line,
    CASE WHEN moved_at < $from THEN CASE WHEN opens THEN 1 ELSE -1 END ELSE 0 END AS stood,
    CASE WHEN opens THEN 1 ELSE -1 END AS change,
    CASE WHEN moved_at >= $from THEN kind END AS kind
  FROM sheet_moves WHERE moved_at < $to AND ($line IS NULL OR line = $line)
  UNION ALL
  SELECT class, line, 1, 1, NULL FROM sheets WHERE open_before AND ($line IS NULL OR line = $line)
),
summed AS (
  SELECT class, line, sum(stood) AS carried_in,
    count(*) FILTER (WHERE kind = 'opened') AS compiled, count(*) FILTER (WHERE kind = 'reopened') AS reopened,
    count(*) FILTER (WHERE kind = 'answered') AS answered, count(*) FILTER (WHERE kind = 'forwarded') AS forwarded,
    sum(change) AS carried_out
  FROM moves GROUP BY GROUPING SETS ((class, line), (class), (line), ())
),
lines AS (
  SELECT r.line, r.short, r.sort FROM ref_lines r
  WHERE r.valid_from <= $last AND (r.valid_to IS NULL OR r.valid_to >= $last) AND ($line IS NULL OR r.line = $line)
  UNION ALL SELECT NULL, NULL, 0
)
SELECT n.sort, n.class, n.name_az, n.name_en, l.line, l.short AS structure,
  coalesce(s.carried_in, 0) AS carried_in,
  coalesce(s.compiled, 0) AS compiled,
  coalesce(s.reopened, 0) AS reopened,
  coalesce(s.answered, 0) AS answered,
  coalesce(s.forwarded, 0) AS forwarded,
  coalesce(s.carried_out, 0) AS carried_out
FROM named n CROSS JOIN lines l
LEFT JOIN summed s ON (s.class IS NOT DISTINCT FROM n.class) AND (s.line IS NOT DISTINCT FROM l.line)
ORDER BY n.sort, l.sort
