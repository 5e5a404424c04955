-- figure: satisfaction
-- name_az: Xidmətdən razıqalma
-- name_en: Satisfaction with the service
-- formula: satisfied = score / scale_max ≥ threshold satisfied_min_share; Wilson 95 % interval; not to be printed below survey_min_answers
-- denominator: answers to the overall question; response rate: answers / invitations
-- unit: percent
-- source: definitions 7, 8 (KPI 8); Wilson score interval, z = 1.959964
-- params: period, line
-- total: line
-- target: satisfaction
-- column: line | Xətt | Line | text
-- column: invited | Dəvət edilən | Invited | count
-- column: answered | Cavab (n) | Answers (n) | count
-- column: response_pct | Cavab payı, % | Response rate, % | percent
-- column: satisfied | Razı | Satisfied | count
-- column: percent | Razıqalma, % | Satisfied, % | percent
-- column: low_pct | 95 % aşağı | 95 % low | percent
-- column: high_pct | 95 % yuxarı | 95 % high | percent
-- column: enough | Cavab sayı yetərlidir | Enough answers to print | yes
-- column: target_pct | Hədəf, % | Target, % | percent
WITH judged AS (
  SELECT s.line, s.score, 1.0 * s.score / nullif(s.scale_max, 0) >= share.value - 0.000001 AS satisfied, fewest.value AS fewest
  FROM surveys s
  LEFT JOIN ref_thresholds share ON share.threshold = 'satisfied_min_share'
    AND s.day >= share.valid_from AND (share.valid_to IS NULL OR s.day <= share.valid_to)
  LEFT JOIN ref_thresholds fewest ON fewest.threshold = 'survey_min_answers'
    AND s.day >= fewest.valid_from AND (fewest.valid_to IS NULL OR s.day <= fewest.valid_to)
  WHERE s.invited_at >= $from AND s.invited_at < $to AND ($line IS NULL OR s.line = $line)
),
counted AS (
  SELECT line, count(*) AS invited, count(score) AS answered, count(*) FILTER (WHERE satisfied) AS satisfied, max(fewest) AS fewest
  FROM judged GROUP BY line
),
totalled AS (
  SELECT * FROM counted
  UNION ALL
  SELECT NULL, coalesce(sum(invited), 0), coalesce(sum(answered), 0), coalesce(sum(satisfied), 0), max(fewest) FROM counted
),
shares AS (
  SELECT *, 1.0 * answered AS n, 1.0 * satisfied / nullif(answered, 0) AS p, 1.959964 AS z FROM totalled
)
SELECT s.line, s.invited, s.answered,
  round(100.0 * s.answered / nullif(s.invited, 0), 2) AS response_pct,
  s.satisfied,
  round(100.0 * s.p, 2) AS percent,
  round(100.0 * (s.p + s.z * s.z / (2 * s.n) - s.z * sqrt(s.p * (1 - s.p) / s.n + s.z * s.z / (4 * s.n * s.n))) / (1 + s.z * s.z / s.n), 2) AS low_pct,
  round(100.0 * (s.p + s.z * s.z / (2 * s.n) + s.z * sqrt(s.p * (1 - s.p) / s.n + s.z * s.z / (4 * s.n * s.n))) / (1 + s.z * s.z / s.n), 2) AS high_pct,
  coalesce(s.answered >= s.fewest, false) AS enough,
  t.value AS target_pct
FROM shares s
LEFT JOIN ref_targets t ON t.target = 'satisfaction' AND t.line IS NULL
  AND t.valid_from <= CAST($to AS DATE) AND (t.valid_to IS NULL OR t.valid_to >= CAST($to AS DATE))
ORDER BY s.line IS NULL, s.line
