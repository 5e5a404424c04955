-- figure: kpi_callback_order_done
-- name_az: İcra edilmiş zəng sifarişləri
-- name_en: Callback orders carried out
-- formula: orders called back by the end of the next working day / orders
-- denominator: callback orders
-- unit: percent
-- source: D50; ST 6.1.7, 6.3.3; definitions 8 (variant of KPI 9)
-- group: kpi
-- params: period, line
-- window_days: 14
-- needs: calendar
-- base: orders WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- keys: line, month
-- rows: numerator | done
-- rows: denominator | true
-- column: line | Xətt | Line | text
-- column: month | Ay | Month | text
-- column: numerator | Surət | Numerator | count
-- column: denominator | Məxrəc | Denominator | count
SELECT line, month, count(*) FILTER (WHERE done) AS numerator, count(*) AS denominator
FROM orders
WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
GROUP BY line, month
ORDER BY line, month
