-- figure: kpi_by_month
-- name_az: Əsas göstəricilər aylar və qurumlar üzrə
-- name_en: Key figures by month and structure
-- formula: each key figure as its own file kpi_… tells, month by month
-- denominator: see each
-- unit: percent, days
-- source: definitions 8
-- group: kpi
-- params: period, line
-- window_days: 14
-- by: month
-- total: line
-- needs: calendar, targets
-- through: kpi | kpi_
-- keys: kpi, line, month
-- rows: numerator | numerator
-- rows: value, denominator | denominator
-- column: month | Ay | Month | text
-- column: sort | № | No. | count
-- column: kpi | Göstərici | Key figure | code
-- column: name_az | Göstərici | Key figure | text_az
-- column: name_en | Göstərici | Key figure | text_en
-- column: line | Xətt | Line | text
-- column: structure | Qurum | Structure | text
-- column: value | Qiymət | Value | percent
-- column: numerator | Surət | Numerator | number
-- column: denominator | Məxrəc | Denominator | number
-- column: target | Hədəf | Target | percent
-- column: unit | Vahid | Unit | code
-- column: met | Yerinə yetirilib | Met | yes
WITH totalled AS (
  SELECT kpi, line, month, sum(numerator) AS numerator, sum(denominator) AS denominator
  FROM figure_kpi_parts GROUP BY GROUPING SETS ((kpi, line, month), (kpi, month))
),
-- The target is the one in force on the month's last day.
dated AS (
  SELECT *, CAST(CAST(month || '-01' AS DATE) + INTERVAL '1 month' - INTERVAL '1 day' AS DATE) AS last_day FROM totalled
),
valued AS (
  SELECT s.kpi, s.line, s.month, s.last_day, s.numerator, s.denominator,
    CASE WHEN s.kpi = 'satisfaction' AND s.denominator < d.survey_min_answers THEN NULL ELSE 1.0 * s.numerator / nullif(s.denominator, 0) END AS ratio
  FROM dated s LEFT JOIN days d ON d.day = s.last_day
),
judged AS (
  SELECT v.month, t.sort, v.kpi, t.name_az, t.name_en, v.line, l.short AS structure,
    v.ratio * CASE t.unit WHEN 'percent' THEN 100.0 ELSE 1.0 END AS value,
    v.numerator, v.denominator, coalesce(own.value, t.value) AS target, t.comparison, t.unit
  FROM valued v
  JOIN ref_targets t ON t.target = v.kpi AND t.line IS NULL AND t.valid_from <= v.last_day AND (t.valid_to IS NULL OR t.valid_to >= v.last_day)
  LEFT JOIN ref_targets own ON own.target = v.kpi AND own.line = v.line AND own.valid_from <= v.last_day
    AND (own.valid_to IS NULL OR own.valid_to >= v.last_day)
  LEFT JOIN ref_lines l ON l.line = v.line AND l.valid_from <= v.last_day AND (l.valid_to IS NULL OR l.valid_to >= v.last_day)
)
SELECT j.month, j.sort, j.kpi, name_az, name_en, line, structure, value, numerator, denominator, target, unit,
  CASE comparison WHEN 'at_least' THEN value >= target WHEN 'at_most' THEN value <= target END AS met
FROM judged j
ORDER BY j.month, j.sort, j.line IS NULL, j.line
