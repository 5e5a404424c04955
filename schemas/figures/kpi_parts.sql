-- figure: kpi_parts
-- name_az: Əsas göstəricilərin surət və məxrəcləri
-- name_en: Numerators and denominators of the key figures
-- formula: each as its own file kpi_… tells
-- denominator: see each
-- unit: counts, ms, days
-- source: definitions 8
-- group: kpi
-- params: period, line
-- window_days: 14
-- needs: calendar, targets
-- through: kpi | kpi_
-- keys: kpi, line, month
-- rows: numerator | numerator
-- rows: denominator | denominator
-- column: kpi | Göstərici | Key figure | code
-- column: line | Xətt | Line | text
-- column: month | Ay | Month | text
-- column: numerator | Surət | Numerator | number
-- column: denominator | Məxrəc | Denominator | number
SELECT 'accept_30s' AS kpi, line, month, numerator, denominator FROM figure_kpi_accept_30s
UNION ALL
SELECT 'accept_total' AS kpi, line, month, numerator, denominator FROM figure_kpi_accept_total
UNION ALL
SELECT 'lost_gt10' AS kpi, line, month, numerator, denominator FROM figure_kpi_lost_gt10
UNION ALL
SELECT 'mv_query_share' AS kpi, line, month, numerator, denominator FROM figure_kpi_mv_query_share
UNION ALL
SELECT 'mv_days' AS kpi, line, month, numerator, denominator FROM figure_kpi_mv_days
UNION ALL
SELECT 'availability' AS kpi, line, month, numerator, denominator FROM figure_kpi_availability
UNION ALL
SELECT 'fcr' AS kpi, line, month, numerator, denominator FROM figure_kpi_fcr
UNION ALL
SELECT 'satisfaction' AS kpi, line, month, numerator, denominator FROM figure_kpi_satisfaction
UNION ALL
SELECT 'callback_due_done' AS kpi, line, month, numerator, denominator FROM figure_kpi_callback_due_done
ORDER BY kpi, line, month
