-- figure: off_hours_calls
-- name_az: İş vaxtından kənar zənglər
-- name_en: Calls outside live hours
-- formula: calls that the voice menu dealt with outside live hours; share of orders = orders / calls
-- formula_az: canlı saatlardan kənar, növbəyə düşməyən və cavablandırılmayan zənglər; sifariş payı = sifariş ÷ zəng
-- denominator: inbound calls outside live hours that were neither queued nor answered
-- unit: calls, percent
-- source: Rules 2.6; D50; ST 6.9.2
-- group: calls
-- params: period, line
-- window_days: 2
-- total: line
-- needs: calendar
-- base: calls WHERE direction = 'inbound' AND off_hours AND offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- keys: line
-- rows: calls, order_pct | true
-- rows: orders | outcome = 'ordered'
-- rows: no_order | outcome <> 'ordered'
-- column: line | Xətt | Line | text
-- column: calls | Zəng sayı | Calls | count
-- column: orders | Sifariş verən | Left an order | count
-- column: no_order | Sifarişsiz | No order | count
-- column: order_pct | Sifariş, % | Orders, % | percent
WITH counted AS (
  SELECT line, count(*) AS calls, count(*) FILTER (WHERE outcome = 'ordered') AS orders, count(*) FILTER (WHERE outcome <> 'ordered') AS no_order
  FROM calls
  WHERE direction = 'inbound' AND off_hours AND offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
  GROUP BY line
),
totalled AS (
  SELECT line, calls, orders, no_order FROM counted
  UNION ALL
  SELECT NULL, coalesce(sum(calls), 0), coalesce(sum(orders), 0), coalesce(sum(no_order), 0) FROM counted
)
SELECT *, round(100.0 * orders / nullif(calls, 0), 6) AS order_pct
FROM totalled
ORDER BY line IS NULL, line
