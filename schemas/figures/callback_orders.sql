-- figure: callback_orders
-- name_az: Zəng sifarişləri
-- name_en: Callback orders
-- formula: done = called back by the end of the next working day; late = called back after it
-- formula_az: vaxtında = növbəti iş gününün sonuna qədər zəng edilən sifarişlər
-- denominator: callback orders left in the voice menu
-- unit: orders, percent
-- source: D50; ST 6.1.7, 6.3.3; definitions 8
-- group: lost
-- params: period, line
-- window_days: 14
-- total: line
-- needs: calendar
-- base: orders WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- keys: line
-- rows: orders, done_pct | true
-- rows: done | done
-- rows: late | NOT done AND called_at IS NOT NULL
-- rows: open | called_at IS NULL
-- rows: reached | reached
-- column: line | Xətt | Line | text
-- column: orders | Sifariş | Orders | count
-- column: done | Vaxtında icra edilən | Done in time | count
-- column: late | Gec icra edilən | Done late | count
-- column: open | İcra edilməyən | Not done | count
-- column: reached | Şəxsə çatan | Reached | count
-- column: done_pct | Vaxtında, % | In time, % | percent
WITH counted AS (
  SELECT line, count(*) AS orders, count(*) FILTER (WHERE done) AS done, count(*) FILTER (WHERE NOT done AND called_at IS NOT NULL) AS late,
    count(*) FILTER (WHERE called_at IS NULL) AS open, count(*) FILTER (WHERE reached) AS reached
  FROM orders
  WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
  GROUP BY line
),
totalled AS (
  SELECT line, orders, done, late, open, reached FROM counted
  UNION ALL
  SELECT NULL, coalesce(sum(orders), 0), coalesce(sum(done), 0), coalesce(sum(late), 0), coalesce(sum(open), 0), coalesce(sum(reached), 0) FROM counted
)
SELECT *, round(100.0 * done / nullif(orders, 0), 6) AS done_pct
FROM totalled
ORDER BY line IS NULL, line
