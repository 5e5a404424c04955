-- figure: live_hours_by_week
-- name_az: Həftəlik canlı xidmət vaxtı
-- name_en: Live service by representative and week
-- formula: live = started or resumed to the next pause or end; over = more than threshold live_hours_per_week (36 h), remote included; unended = stretches whose end is not told
-- formula_az: canlı vaxt = başlanğıc və ya davamdan növbəti fasiləyə və ya sona qədər; həd – 36 saat, məsafədən iş daxil
-- denominator: weeks of the representatives, from Monday
-- unit: hours
-- source: Rules 2.6 (A113 1.2.7)
-- group: staff
-- params: period, line
-- base: live_stretches WHERE started_at >= $from AND started_at < $to AND ($line IS NULL OR array_has(lines, $line))
-- keys: week, representative
-- rows: live_h | true
-- rows: hall_h | location = 'hall'
-- rows: remote_h | location = 'remote'
-- rows: unended | live_ms IS NULL
-- column: week | Həftə (bazar ertəsi) | Week (Monday) | date
-- column: representative | Təmsilçi | Representative | text
-- column: live_h | Canlı xidmət, saat | Live, h | number
-- column: hall_h | Zalda, saat | Hall, h | number
-- column: remote_h | Məsafədən, saat | Remote, h | number
-- column: limit_h | Həd, saat | Limit, h | number
-- column: over | Həddən artıq | Over the limit | yes
-- column: unended | Sonu bildirilməyən | Unended | count
WITH summed AS (
  SELECT week, representative, coalesce(sum(live_ms), 0) AS live_ms,
    coalesce(sum(live_ms) FILTER (WHERE location = 'hall'), 0) AS hall_ms,
    coalesce(sum(live_ms) FILTER (WHERE location = 'remote'), 0) AS remote_ms,
    count(*) FILTER (WHERE live_ms IS NULL) AS unended
  FROM live_stretches
  WHERE started_at >= $from AND started_at < $to AND ($line IS NULL OR array_has(lines, $line))
  GROUP BY week, representative
)
SELECT s.week, s.representative, round(s.live_ms / 3600000.0, 6) AS live_h, round(s.hall_ms / 3600000.0, 6) AS hall_h,
  round(s.remote_ms / 3600000.0, 6) AS remote_h, d.live_hours_per_week AS limit_h,
  s.live_ms > d.live_hours_per_week * 3600000 AS over, s.unended
FROM summed s LEFT JOIN days d ON d.day = s.week
ORDER BY s.week, s.representative
