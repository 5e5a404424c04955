-- figure: kpi_callback_due_done
-- name_az: Əks əlaqə səviyyəsi: gözləyən şəxslərdən həmin gün zəng edilənlər
-- name_en: Callback level: people due who were called back the same day
-- formula: people called back the same day (at least one attempt) / people due
-- formula_az: həmin gün əks əlaqə yaradılan şəxslər (ən azı bir cəhd) ÷ əks əlaqə gözləyən şəxslər (10 saniyədən çox gözləyib itirilən və həmin gün təkrar zəngi cavablandırılmayan; bir şəxs gündə bir dəfə)
-- denominator: one a person and day: lost after more than 10 s, and not answered on redialling
-- unit: percent
-- source: AR:290, starred, formula to be confirmed by the centre; D50; definitions 8 (KPI 9)
-- group: kpi
-- params: period, line
-- window_days: 2
-- target: callback_due_done
-- base: due_callbacks WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- keys: line, month
-- rows: numerator | done
-- rows: denominator | true
-- column: line | Xətt | Line | text
-- column: month | Ay | Month | text
-- column: numerator | Surət | Numerator | count
-- column: denominator | Məxrəc | Denominator | count
SELECT line, month, count(*) FILTER (WHERE done) AS numerator, count(*) AS denominator
FROM due_callbacks
WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
GROUP BY line, month
ORDER BY line, month
