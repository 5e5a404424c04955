-- figure: live_data
-- name_az: Məlumatların yeniliyi
-- name_en: How new the data is
-- formula: age = now − the newest call event; fresh up to live_fresh_s seconds, late up to live_stale_min minutes, then stale; none: no event in the period and the 14 days before it
-- formula_az: yaş = indi − ən yeni zəng hadisəsi; live_fresh_s saniyəyədək təzə, live_stale_min dəqiqəyədək gecikən, sonra köhnə; heç biri: dövrdə və ondan əvvəlki 14 gündə hadisə yoxdur
-- denominator: call events
-- unit: events, ms
-- source: register C8
-- group: live
-- params: period, now
-- window_days: 14
-- base: call_events WHERE event_time >= $from AND event_time < $to
-- keys: state
-- rows: events, state= | true
-- rows: events, state=fresh | true
-- rows: events, state=late | true
-- rows: events, state=stale | true
-- rows: events, state=none | true
-- column: events | Hadisə | Events | count
-- column: newest_on | Ən yenisinin günü | Day of the newest | date
-- column: newest_at | Ən yenisinin saatı (Bakı) | Time of the newest (Baku) | text
-- column: age_ms | Yaşı | Age | ms
-- column: state | Hal | State | code
WITH limits AS (
  SELECT max(value) FILTER (WHERE threshold = 'live_fresh_s') AS fresh_s, max(value) FILTER (WHERE threshold = 'live_stale_min') * 60 AS stale_s
  FROM ref_thresholds WHERE valid_from <= $last AND (valid_to IS NULL OR valid_to >= $last)
),
told AS (
  SELECT count(*) FILTER (WHERE event_time >= $from) AS events, max(day) AS newest_on, max(event_time) AS newest
  FROM call_events WHERE event_time >= CAST($from AS TIMESTAMP WITH TIME ZONE) - INTERVAL '14 days' AND event_time < $to
),
aged AS (
  SELECT *, CASE WHEN newest IS NOT NULL THEN greatest(date_part('epoch', CAST($now AS TIMESTAMP WITH TIME ZONE)) - date_part('epoch', newest), 0) END AS age_s FROM told
)
SELECT a.events, a.newest_on, to_char(a.newest AT TIME ZONE 'Asia/Baku', '%H:%M') AS newest_at, CAST(round(a.age_s * 1000) AS BIGINT) AS age_ms,
  CASE WHEN a.newest IS NULL THEN 'none' WHEN a.age_s <= l.fresh_s THEN 'fresh' WHEN a.age_s <= l.stale_s THEN 'late' ELSE 'stale' END AS state
FROM aged a CROSS JOIN limits l
