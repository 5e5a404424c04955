-- figure: kpi_variants
-- name_az: Göstəricilərin digər hesablanma qaydaları
-- name_en: Named variants of the key figures
-- formula: each variant as its own file kpi_… tells
-- denominator: see each
-- unit: percent, days
-- source: definitions 8
-- group: kpi
-- params: period, line
-- window_days: 14
-- total: line
-- needs: calendar
-- through: variant | kpi_
-- keys: variant, line
-- rows: numerator | numerator
-- rows: value, denominator | denominator
-- column: variant | Variant | Variant | code
-- column: kpi | Göstərici | Key figure | code
-- column: name_az | Hesablanma qaydası | Way of counting | text_az
-- column: name_en | Hesablanma qaydası | Way of counting | text_en
-- column: line | Xətt | Line | text
-- column: structure | Qurum | Structure | text
-- column: value | Qiymət | Value | percent
-- column: numerator | Surət | Numerator | number
-- column: denominator | Məxrəc | Denominator | number
-- column: unit | Vahid | Unit | code
WITH named AS (
  SELECT column1 AS sort, column2 AS variant, column3 AS kpi, column4 AS name_az, column5 AS name_en, column6 AS unit FROM (VALUES
    (1, 'accept_30s_excl_short', 'accept_30s', '30 saniyə ərzində qəbul, qısa itirilənlər nəzərə alınmadan', 'Accepted within 30 s, short lost calls left out', 'percent'),
    (2, 'lost_gt10_excl_short', 'lost_gt10', '10 saniyədən çox gözləyib itirilənlər, qısa itirilənlər nəzərə alınmadan', 'Lost after more than 10 s, short lost calls left out', 'percent'),
    (3, 'mv_calendar_days', 'mv_days', 'MV-nin orta cavablandırma müddəti, təqvim günü', 'Answering time of query sheets, calendar days', 'days'),
    (4, 'fcr_no_repeat_rule', 'fcr', 'İlk əlaqədən cavablandırma, təkrar müraciət nəzərə alınmadan', 'Resolved at first contact, repeated contacts not counted', 'percent'),
    (5, 'fcr_survey', 'fcr', 'İlk əlaqədən cavablandırma, sorğu üzrə', 'Resolved at first contact, by survey', 'percent'),
    (6, 'callback_reached', 'callback_due_done', 'Əks əlaqə: şəxsə çatan zənglər', 'Callback: people due who were reached', 'percent'),
    (7, 'recovered', 'callback_due_done', 'Bərpa edilmiş itirilmiş zənglər', 'Lost calls recovered', 'percent'),
    (8, 'callback_order_done', 'callback_due_done', 'İcra edilmiş zəng sifarişləri', 'Callback orders carried out', 'percent')
  )
),
parts AS (
  SELECT 'accept_30s_excl_short' AS variant, line, numerator, denominator FROM figure_kpi_accept_30s_excl_short
  UNION ALL SELECT 'lost_gt10_excl_short' AS variant, line, numerator, denominator FROM figure_kpi_lost_gt10_excl_short
  UNION ALL SELECT 'mv_calendar_days' AS variant, line, numerator, denominator FROM figure_kpi_mv_calendar_days
  UNION ALL SELECT 'fcr_no_repeat_rule' AS variant, line, numerator, denominator FROM figure_kpi_fcr_no_repeat_rule
  UNION ALL SELECT 'fcr_survey' AS variant, line, numerator, denominator FROM figure_kpi_fcr_survey
  UNION ALL SELECT 'callback_reached' AS variant, line, numerator, denominator FROM figure_kpi_callback_reached
  UNION ALL SELECT 'recovered' AS variant, line, numerator, denominator FROM figure_kpi_recovered
  UNION ALL SELECT 'callback_order_done' AS variant, line, numerator, denominator FROM figure_kpi_callback_order_done
),
fewest AS (
  SELECT survey_min_answers AS answers FROM days WHERE day = $last
),
lines AS (
  SELECT r.line, r.short, r.sort FROM ref_lines r
  WHERE r.valid_from <= $last AND (r.valid_to IS NULL OR r.valid_to >= $last) AND ($line IS NULL OR r.line = $line)
  UNION ALL SELECT NULL, NULL, 1000
),
totalled AS (
  SELECT variant, line, sum(numerator) AS numerator, sum(denominator) AS denominator FROM parts GROUP BY GROUPING SETS ((variant, line), (variant))
)
SELECT n.variant, n.kpi, n.name_az, n.name_en, l.line, l.short AS structure,
  CASE WHEN n.variant = 'fcr_survey' AND v.denominator < f.answers THEN NULL
    ELSE 1.0 * v.numerator / nullif(v.denominator, 0) * CASE n.unit WHEN 'percent' THEN 100.0 ELSE 1.0 END END AS value,
  v.numerator, v.denominator, n.unit
FROM named n CROSS JOIN lines l CROSS JOIN fewest f
LEFT JOIN totalled v ON v.variant = n.variant AND v.line IS NOT DISTINCT FROM l.line
ORDER BY n.sort, l.sort
