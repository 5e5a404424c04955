-- figure: directions
-- name_az: Daxil olmuş zənglərin cavablandırma istiqamətləri
-- name_en: Directions of answering
-- formula: at once = answered calls without a sheet · sheets answered and forwarded in the period · lost without contact = lost calls in waited_under_10s, system_error, not_called_back, and callbacks that did not reach; percent of their own sum
-- formula_az: dərhal = MV tərtib edilməyən cavablandırılmış zənglər; dövrdə cavablandırılan və göndərilən MV; əlaqə yaradılmayan itirilmiş zənglər; faizlər öz cəmindəndir
-- denominator: the sum of the four directions (not incoming calls; see directions_reconciliation)
-- unit: calls and sheets, percent
-- source: AR:218-242; definitions 5
-- group: calls
-- params: period, line
-- window_days: 2
-- total: direction
-- keys: direction
-- rows: calls, direction=immediate | true | incoming WHERE outcome = 'answered' AND offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line) AND call_id NOT IN (SELECT call_id FROM sheets WHERE call_id IS NOT NULL AND opened_at IS NOT NULL)
-- rows: calls, direction=mv_answered_by_cc | true | sheet_moves WHERE kind = 'answered' AND moved_at >= $from AND moved_at < $to AND ($line IS NULL OR line = $line)
-- rows: calls, direction=mv_forwarded | true | sheet_moves WHERE kind = 'forwarded' AND moved_at >= $from AND moved_at < $to AND ($line IS NULL OR line = $line)
-- rows: calls, direction=lost_no_contact | true | lost_calls WHERE NOT reached AND part <> 'redialled_answered' AND offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- column: sort | № | No. | count
-- column: direction | İstiqamət | Direction | code
-- column: name_az | İstiqamət | Direction | text_az
-- column: name_en | İstiqamət | Direction | text_en
-- column: calls | Say | Count | count
-- column: percent | Faiz | Percent | percent
WITH counted AS (
  SELECT CASE piece WHEN 'immediate' THEN 'immediate' WHEN 'sheet_answered' THEN 'mv_answered_by_cc' WHEN 'sheet_forwarded' THEN 'mv_forwarded'
    WHEN 'lost_no_contact' THEN 'lost_no_contact' END AS direction, sum(calls) AS calls
  FROM figure_direction_pieces GROUP BY 1
),
named AS (
  SELECT column1 AS sort, column2 AS direction, column3 AS name_az, column4 AS name_en FROM (VALUES
    (1, 'immediate', 'Dərhal cavablandırılıb', 'Answered at once'),
    (2, 'mv_answered_by_cc', 'Müraciət vərəqəsi tərtib edilərək Çağrı Mərkəzi tərəfindən araşdırıldıqdan sonra cavablandırılıb', 'Sheet compiled, answered by the centre after study'),
    (3, 'mv_forwarded', 'Müraciət vərəqəsi tərtib edilərək aidiyyəti üzrə göndərilib', 'Sheet compiled and forwarded'),
    (4, 'lost_no_contact', 'Zəng itirilib (əlaqə yaradılmayan zənglər)', 'Lost, no contact made')
  )
),
listed AS (
  SELECT n.*, coalesce(c.calls, 0) AS calls FROM named n LEFT JOIN counted c ON c.direction = n.direction
),
totalled AS (
  SELECT * FROM listed
  UNION ALL
  SELECT 5, NULL, NULL, NULL, sum(calls) FROM listed
)
SELECT sort, direction, name_az, name_en, calls, round(100.0 * calls / nullif((SELECT sum(calls) FROM listed), 0), 6) AS percent
FROM totalled
ORDER BY sort
