-- figure: directions_reconciliation
-- name_az: Cavablandırma istiqamətlərinin daxil olan zənglərlə üzləşdirilməsi
-- name_en: Directions of answering reconciled with incoming calls
-- formula: incoming ± each line = sum of the directions; the last row is what stays unexplained and must be 0
-- formula_az: daxil olan zənglər ± hər maddə = istiqamətlərin cəmi; son sətir izah edilməyən fərqdir və 0 olmalıdır
-- denominator: incoming calls
-- unit: calls and sheets
-- source: AR:242; definitions 5
-- group: calls
-- params: period, line
-- window_days: 2
-- keys: item
-- rows: calls, item=incoming | true | incoming WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- rows: calls, item=unfinished | true | incoming WHERE outcome NOT IN ('answered', 'lost') AND offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- rows: calls, item=redialled | true | lost_calls WHERE part = 'redialled_answered' AND offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- rows: calls, item=reached | true | lost_calls WHERE reached AND offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- rows: calls, item=carried_in | true | sheets WHERE ($line IS NULL OR line = $line) AND sheet_id IN (SELECT sheet_id FROM (SELECT sheet_id, CASE WHEN opens THEN 1 ELSE -1 END AS change FROM sheet_moves WHERE moved_at < $from UNION ALL SELECT sheet_id, 1 FROM sheets WHERE open_before) GROUP BY sheet_id HAVING sum(change) > 0)
-- rows: calls, item=carried_out | true | sheets WHERE ($line IS NULL OR line = $line) AND sheet_id IN (SELECT sheet_id FROM (SELECT sheet_id, CASE WHEN opens THEN 1 ELSE -1 END AS change FROM sheet_moves WHERE moved_at < $to UNION ALL SELECT sheet_id, 1 FROM sheets WHERE open_before) GROUP BY sheet_id HAVING sum(change) > 0)
-- rows: calls, item=reopened | true | sheet_moves WHERE kind = 'reopened' AND moved_at >= $from AND moved_at < $to AND ($line IS NULL OR line = $line)
-- rows: calls, item=opened_in_callback | true | sheet_moves WHERE kind = 'opened' AND (origin IS DISTINCT FROM 'live') AND moved_at >= $from AND moved_at < $to AND ($line IS NULL OR line = $line)
-- rows: calls, item=opened_elsewhere | true | sheet_moves WHERE kind = 'opened' AND origin = 'live' AND moved_at >= $from AND moved_at < $to AND ($line IS NULL OR line = $line) AND (call_id IS NULL OR call_id NOT IN (SELECT call_id FROM incoming WHERE outcome = 'answered' AND offered_at >= $from AND offered_at < $to))
-- column: sort | № | No. | count
-- column: item | Maddə | Item | code
-- column: name_az | Maddə | Item | text_az
-- column: name_en | Maddə | Item | text_en
-- column: calls | Say | Count | count
-- column: sign | İşarə | Sign | text
WITH piece_counts AS (
  SELECT
    coalesce(sum(calls) FILTER (WHERE piece IN ('immediate', 'with_sheet', 'lost', 'unfinished')), 0) AS incoming,
    coalesce(sum(calls) FILTER (WHERE piece = 'unfinished'), 0) AS unfinished,
    coalesce(sum(calls) FILTER (WHERE piece = 'lost_redialled'), 0) AS redialled,
    coalesce(sum(calls) FILTER (WHERE piece = 'lost_reached'), 0) AS reached,
    coalesce(sum(calls) FILTER (WHERE piece = 'sheet_reopened'), 0) AS reopened,
    coalesce(sum(calls) FILTER (WHERE piece = 'opened_in_callback'), 0) AS opened_in_callback,
    coalesce(sum(calls) FILTER (WHERE piece = 'opened_elsewhere'), 0) AS opened_elsewhere,
    coalesce(sum(calls) FILTER (WHERE piece = 'opened_live'), 0) - coalesce(sum(calls) FILTER (WHERE piece = 'with_sheet'), 0) AS further_sheets,
    coalesce(sum(calls) FILTER (WHERE piece IN ('immediate', 'sheet_answered', 'sheet_forwarded', 'lost_no_contact')), 0) AS directions
  FROM figure_direction_pieces
),
stock AS (
  SELECT carried_in, carried_out FROM figure_sheets_balance WHERE class IS NULL AND line IS NULL
),
items AS (
  SELECT column1 AS sort, column2 AS item, column3 AS name_az, column4 AS name_en, column5 AS sign FROM (VALUES
    (1, 'incoming', 'Daxil olan zənglər', 'Incoming calls', '+'),
    (2, 'unfinished', 'Bitməyən və sifarişə çevrilən zənglər', 'Unfinished and ordered calls', '−'),
    (3, 'redialled', 'Təkrar əlaqə ilə cavablandırılan itirilmiş zənglər', 'Lost calls that were redialled and answered', '−'),
    (4, 'reached', 'Əks əlaqə ilə çatan itirilmiş zənglər', 'Lost calls that a callback reached', '−'),
    (5, 'carried_in', 'Əvvəlki dövrdən qalan MV', 'Sheets carried in', '+'),
    (6, 'carried_out', 'Növbəti dövrə keçən MV', 'Sheets carried out', '−'),
    (7, 'reopened', 'Yenidən açılan MV', 'Sheets reopened', '+'),
    (8, 'opened_in_callback', 'Əks əlaqə və sifariş zəngində tərtib edilən MV', 'Sheets compiled in callbacks and orders', '+'),
    (9, 'opened_elsewhere', 'Zəngi bu dövrdə olmayan MV', 'Sheets whose live call is not in the period', '+'),
    (10, 'further_sheets', 'Bir zəngdə tərtib edilən əlavə MV (çıxılsın: MV-si bu dövrdə açılmayan zənglər)', 'Further sheets of one call (less calls whose sheet was opened in another period)', '+'),
    (11, 'directions', 'İstiqamətlərin cəmi', 'Sum of the directions', '='),
    (12, 'unexplained', 'İzah edilməyən fərq', 'Difference left unexplained', '=')
  )
),
item_values AS (
  SELECT n.sort, n.item, n.name_az, n.name_en, n.sign,
    CASE n.item
      WHEN 'directions' THEN c.directions
      WHEN 'unexplained' THEN c.incoming - c.unfinished - c.redialled - c.reached + s.carried_in - s.carried_out + c.reopened + c.opened_in_callback
        + c.opened_elsewhere + c.further_sheets - c.directions
      WHEN 'incoming' THEN c.incoming
      WHEN 'unfinished' THEN c.unfinished
      WHEN 'redialled' THEN c.redialled
      WHEN 'reached' THEN c.reached
      WHEN 'carried_in' THEN s.carried_in
      WHEN 'carried_out' THEN s.carried_out
      WHEN 'reopened' THEN c.reopened
      WHEN 'opened_in_callback' THEN c.opened_in_callback
      WHEN 'opened_elsewhere' THEN c.opened_elsewhere
      WHEN 'further_sheets' THEN c.further_sheets
    END AS calls
  FROM items n CROSS JOIN piece_counts c CROSS JOIN stock s
)
SELECT sort, item, name_az, name_en, calls, sign FROM item_values
ORDER BY sort
