-- figure: live_orders
-- name_az: İcra edilməli zəng sifarişləri
-- name_en: Callback orders to carry out
-- formula: orders of the period and of 14 days before it that are due by the period's last day and were not called back; overdue = due before that day
-- formula_az: dövrün və ondan əvvəlki 14 günün son icra günü dövrün son gününədək olan və hələ zəng edilməyən sifarişləri; gecikən = son günü həmin gündən əvvəl olan
-- denominator: callback orders left in the voice menu
-- unit: orders
-- source: D50; ST 6.1.7, 6.3.3; register C8
-- group: live
-- params: period, line
-- window_days: 14
-- total: call_id
-- needs: calendar
-- base: orders WHERE called_at IS NULL AND due_on <= $last AND day >= CAST($first AS DATE) - INTERVAL '14 days' AND offered_at < $to AND ($line IS NULL OR line = $line)
-- keys: call_id
-- rows: due_today | due_on = $last
-- rows: overdue | due_on < $last
-- column: call_id | Zəng | Call | text
-- column: caller | Zəng edən (qısaldılmış açar) | Caller (key cut short) | text
-- column: line | Xətt | Line | text
-- column: structure | Qurum | Structure | text
-- column: ordered_on | Sifariş günü | Ordered on | date
-- column: ordered_at | Saat (Bakı) | Time (Baku) | text
-- column: due_on | Son icra günü | Due on | date
-- column: off_hours | Canlı saatlardan kənar | Off hours | yes
-- column: due_today | Bu gün icra edilməli | Due today | count
-- column: overdue | Gecikən | Overdue | count
WITH open_orders AS (
  SELECT call_id, CASE WHEN caller_key IS NOT NULL THEN concat(substr(caller_key, 1, 8), '…') END AS caller, line, structure, day, offered_at, due_on, off_hours,
    CASE WHEN due_on = $last THEN 1 ELSE 0 END AS due_today, CASE WHEN due_on < $last THEN 1 ELSE 0 END AS overdue
  FROM orders
  WHERE called_at IS NULL AND due_on <= $last AND day >= CAST($first AS DATE) - INTERVAL '14 days' AND offered_at < $to AND ($line IS NULL OR line = $line)
),
totalled AS (
  SELECT call_id, caller, line, structure, day AS ordered_on, offered_at, due_on, off_hours, due_today, overdue FROM open_orders
  UNION ALL
  SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, coalesce(sum(due_today), 0), coalesce(sum(overdue), 0) FROM open_orders
)
SELECT call_id, caller, line, structure, ordered_on, to_char(offered_at AT TIME ZONE 'Asia/Baku', '%H:%M') AS ordered_at, due_on, off_hours, due_today, overdue
FROM totalled
ORDER BY call_id IS NULL, due_on, offered_at, call_id
