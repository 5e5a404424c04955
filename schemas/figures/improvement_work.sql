-- figure: improvement_work
-- name_az: Keyfiyyət işi: növlər və hallar üzrə qeydlər
-- name_en: Quality work: records by kind and state
-- formula: how many records were made, and how they stand now: closed, open, overdue. Overdue = its date is over, and what was due is not done; an entry that is in force is overdue when the day of its review is over, though it is closed as work
-- formula_az: neçə qeyd yaradılıb və indi hansı haldadır: bağlanıb, açıqdır, gecikir. Gecikir – son tarixi keçib, görüləsi iş isə görülməyib; qüvvədə olan sual-cavab qeydi bağlı sayılsa da, yenidən baxılma günü keçibsə, gecikir
-- denominator: records made in the period, the latest state of each
-- unit: records
-- source: ST 6.7.1–6.7.3, 6.7.5, 4.0.4, 4.0.5, 5.7.4
-- group: quality
-- params: period, now
-- total: state
-- base: (SELECT record_id, kind, made_at, made_day, state, closed, changed_at, steps, action, acted_by, owner, about, call_id, parent_id, due_at, due_day, is_due, criterion, outcome, value FROM qa_records) AS work WHERE made_at >= $from AND made_at < $to
-- keys: kind, state
-- rows: made | true
-- rows: open | NOT closed
-- rows: overdue | is_due AND due_at <= CAST($now AS TIMESTAMP WITH TIME ZONE)
-- rows: closed | closed
-- column: kind | Növ | Kind | code
-- column: kind_az | Növ | Kind | text_az
-- column: kind_en | Növ | Kind | text_en
-- column: state | Hal | State | code
-- column: state_az | Hal | State | text_az
-- column: state_en | Hal | State | text_en
-- column: made | Yaradılan | Made | count
-- column: open | Açıq | Open | count
-- column: overdue | Gecikən | Overdue | count
-- column: closed | Bağlanan | Closed | count
WITH counted AS (
  SELECT kind, state,
    count(*) AS made,
    count(*) FILTER (WHERE NOT closed) AS open,
    count(*) FILTER (WHERE is_due AND due_at <= CAST($now AS TIMESTAMP WITH TIME ZONE)) AS overdue,
    count(*) FILTER (WHERE closed) AS closed
  FROM qa_records
  WHERE made_at >= $from AND made_at < $to
  GROUP BY kind, state
),
totalled AS (
  SELECT kind, state, made, open, overdue, closed FROM counted
  UNION ALL
  SELECT kind, NULL, sum(made), sum(open), sum(overdue), sum(closed) FROM counted GROUP BY kind
)
SELECT t.kind, coalesce(k.name_az, t.kind) AS kind_az, coalesce(k.name_en, t.kind) AS kind_en,
  t.state, coalesce(s.name_az, t.state) AS state_az, coalesce(s.name_en, t.state) AS state_en,
  t.made, t.open, t.overdue, t.closed
FROM totalled t
LEFT JOIN record_kinds k ON k.kind = t.kind
LEFT JOIN record_states s ON s.kind = t.kind AND s.state = t.state
ORDER BY k.sort IS NULL, k.sort, t.kind, t.state IS NULL, s.sort IS NULL, s.sort, t.state
