-- figure: live_level
-- name_az: Xidmət səviyyəsi indi
-- name_en: Service level now
-- formula: the key figures kpi_… of the period, and the same shares over the calls offered in the last live_level_min minutes before now; of these, calls that wait and can still be answered in time are left out
-- formula_az: dövrün əsas göstəriciləri və indidən əvvəlki live_level_min dəqiqədə daxil olmuş zənglər üzrə eyni paylar; hələ gözləyən və vaxtında cavablandırıla bilən zənglər sayılmır
-- denominator: see each
-- unit: percent
-- source: D50; AR:243-340; register C8
-- group: live
-- params: period, now, line
-- window_days: 14
-- keys: span, kpi
-- rows: denominator, span=day, kpi=accept_30s | true | incoming WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- rows: numerator, span=day, kpi=accept_30s | in_time | incoming WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- rows: denominator, span=day, kpi=accept_total | true | incoming WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- rows: numerator, span=day, kpi=accept_total | outcome = 'answered' | incoming WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- rows: denominator, span=day, kpi=lost_gt10 | true | incoming WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- rows: numerator, span=day, kpi=lost_gt10 | outcome = 'lost' AND NOT short | incoming WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- rows: denominator, span=day, kpi=callback_due_done | true | due_callbacks WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- rows: numerator, span=day, kpi=callback_due_done | done | due_callbacks WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- column: sort | № | No. | count
-- column: span | Müddət | Span | code
-- column: kpi | Göstərici | Key figure | code
-- column: name_az | Göstərici | Key figure | text_az
-- column: name_en | Göstərici | Key figure | text_en
-- column: minutes | Dəqiqə | Minutes | number
-- column: value | Qiymət | Value | percent
-- column: numerator | Surət | Numerator | count
-- column: denominator | Məxrəc | Denominator | count
-- column: target | Hədəf | Target | percent
-- column: comparison | Müqayisə | Comparison | code
-- column: met | Yerinə yetirilib | Met | yes
--
-- span: `day` is the period, `last` its last minutes before now. A callback has the whole day, so it has no `last`.
WITH clock AS (
  SELECT CAST($now AS TIMESTAMP WITH TIME ZONE) AS now, max(t.value) AS minutes
  FROM ref_thresholds t
  WHERE t.threshold = 'live_level_min' AND t.valid_from <= $last AND (t.valid_to IS NULL OR t.valid_to >= $last)
),
lately AS (
  SELECT i.outcome, i.in_time, i.short,
    i.outcome <> 'open' AS told,
    i.outcome <> 'open' OR (date_part('epoch', c.now) - date_part('epoch', coalesce(i.queued_at, i.offered_at))) * 1000 > d.accept_ms AS judged
  FROM incoming i
  CROSS JOIN clock c
  JOIN days d ON d.day = i.day
  WHERE date_part('epoch', c.now) - date_part('epoch', i.offered_at) BETWEEN 0 AND c.minutes * 60 AND ($line IS NULL OR i.line = $line)
),
counted AS (
  SELECT 'last' AS span, 'accept_30s' AS kpi, count(*) FILTER (WHERE in_time) AS numerator, count(*) FILTER (WHERE judged) AS denominator FROM lately
  UNION ALL
  SELECT 'last', 'accept_total', count(*) FILTER (WHERE outcome = 'answered'), count(*) FILTER (WHERE told) FROM lately
  UNION ALL
  SELECT 'last', 'lost_gt10', count(*) FILTER (WHERE outcome = 'lost' AND NOT short), count(*) FILTER (WHERE told) FROM lately
  UNION ALL
  SELECT 'day', 'accept_30s', coalesce(sum(numerator), 0), coalesce(sum(denominator), 0) FROM figure_kpi_accept_30s
  UNION ALL
  SELECT 'day', 'accept_total', coalesce(sum(numerator), 0), coalesce(sum(denominator), 0) FROM figure_kpi_accept_total
  UNION ALL
  SELECT 'day', 'lost_gt10', coalesce(sum(numerator), 0), coalesce(sum(denominator), 0) FROM figure_kpi_lost_gt10
  UNION ALL
  SELECT 'day', 'callback_due_done', coalesce(sum(numerator), 0), coalesce(sum(denominator), 0) FROM figure_kpi_callback_due_done
),
targets AS (
  SELECT r.target, r.name_az, r.name_en, r.comparison, r.sort,
    coalesce(max(own.value), max(r.value)) AS value
  FROM ref_targets r
  LEFT JOIN ref_targets own ON own.target = r.target AND own.line = $line
    AND own.valid_from <= $last AND (own.valid_to IS NULL OR own.valid_to >= $last)
  WHERE r.line IS NULL AND r.valid_from <= $last AND (r.valid_to IS NULL OR r.valid_to >= $last)
  GROUP BY r.target, r.name_az, r.name_en, r.comparison, r.sort
),
valued AS (
  SELECT t.sort, n.span, n.kpi, t.name_az, t.name_en, CASE n.span WHEN 'last' THEN c.minutes END AS minutes,
    100.0 * n.numerator / nullif(n.denominator, 0) AS value, n.numerator, n.denominator, t.value AS target, t.comparison
  FROM counted n
  CROSS JOIN clock c
  LEFT JOIN targets t ON t.target = n.kpi
)
SELECT sort, span, kpi, name_az, name_en, minutes, round(value, 6) AS value, numerator, denominator, target, comparison,
  CASE comparison WHEN 'at_least' THEN value >= target WHEN 'at_most' THEN value <= target END AS met
FROM valued
ORDER BY span DESC, sort
