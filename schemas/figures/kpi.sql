-- figure: kpi
-- name_az: Əsas fəaliyyət göstəriciləri (hədəflər)
-- name_en: Key figures and their targets
-- formula: each key figure as its own file kpi_… tells, over the whole period; the row without a line is the centre
-- denominator: see each
-- unit: percent, days
-- source: AR:243-340; definitions 6, 8
-- group: kpi
-- params: period, line
-- window_days: 14
-- total: line
-- needs: calendar, targets
-- through: kpi | kpi_
-- keys: kpi, line
-- rows: numerator | numerator
-- rows: value, denominator | denominator
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
-- column: comparison | Müqayisə | Comparison | code
-- column: unit | Vahid | Unit | code
-- column: met | Yerinə yetirilib | Met | yes
WITH targets AS (
  SELECT r.target AS kpi, r.line, r.name_az, r.name_en, r.comparison, r.value, r.unit, r.sort
  FROM ref_targets r WHERE r.valid_from <= $last AND (r.valid_to IS NULL OR r.valid_to >= $last)
),
lines AS (
  SELECT r.line, r.short, r.sort FROM ref_lines r
  WHERE r.valid_from <= $last AND (r.valid_to IS NULL OR r.valid_to >= $last) AND ($line IS NULL OR r.line = $line)
  UNION ALL SELECT NULL, NULL, 1000
),
fewest AS (
  SELECT survey_min_answers AS answers FROM days WHERE day = $last
),
totalled AS (
  SELECT kpi, line, sum(numerator) AS numerator, sum(denominator) AS denominator
  FROM figure_kpi_parts GROUP BY GROUPING SETS ((kpi, line), (kpi))
),
-- A share of too few answers says nothing and is not given.
valued AS (
  SELECT s.kpi, s.line, s.numerator, s.denominator,
    CASE WHEN s.kpi = 'satisfaction' AND s.denominator < f.answers THEN NULL ELSE 1.0 * s.numerator / nullif(s.denominator, 0) END AS ratio
  FROM totalled s CROSS JOIN fewest f
),
judged AS (
  SELECT t.sort, t.kpi, t.name_az, t.name_en, l.line, l.short AS structure, l.sort AS line_sort,
    v.ratio * CASE t.unit WHEN 'percent' THEN 100.0 ELSE 1.0 END AS value,
    v.numerator, v.denominator, coalesce(own.value, t.value) AS target, t.comparison, t.unit
  FROM targets t CROSS JOIN lines l
  LEFT JOIN targets own ON own.kpi = t.kpi AND own.line = l.line
  LEFT JOIN valued v ON v.kpi = t.kpi AND v.line IS NOT DISTINCT FROM l.line
  WHERE t.line IS NULL
)
SELECT sort, kpi, name_az, name_en, line, structure, value, numerator, denominator, target, comparison, unit,
  CASE comparison WHEN 'at_least' THEN value >= target WHEN 'at_most' THEN value <= target END AS met
FROM judged
ORDER BY sort, line_sort
