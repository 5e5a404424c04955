-- figure: representatives
-- group: staff
-- name_az: Təmsilçilər üzrə fəaliyyət
-- name_en: Work by representative
-- formula: means over the answered calls; person-days = days with a session started; sheets = opened by the representative
-- formula_az: təmsilçinin cavablandırdığı zənglər üzrə orta göstəricilər; iş günü = iş seansı olan gün
-- denominator: answered incoming calls of the representative
-- unit: calls, seconds, percent
-- source: ST 5.7.4, 6.7.1; AR:121
-- params: period, line
-- window_days: 2
-- total: representative
-- base: incoming WHERE outcome = 'answered' AND offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- keys: representative
-- rows: answered | true
-- column: representative | Təmsilçi | Representative | text
-- column: answered | Cavablandırılan | Answered | count
-- column: person_days | İş günü | Person-days | count
-- column: calls_per_person_day | Bir gündə zəng | Calls a day | number
-- column: mean_handle_s | Orta xidmət, san. | Mean handle time, s | seconds
-- column: mean_hold_s | Orta saxlama, san. | Mean hold, s | seconds
-- column: transferred_pct | Yönləndirilən, % | Transferred, % | percent
-- column: sheets | Tərtib edilən MV | Sheets compiled | count
WITH talked AS (
  SELECT representative, count(*) AS answered, sum(handle_ms) AS handle_ms, count(handle_ms) AS handles, sum(hold_ms) AS hold_ms, count(hold_ms) AS holds,
    count(*) FILTER (WHERE transferred) AS transferred
  FROM incoming
  WHERE outcome = 'answered' AND offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
  GROUP BY representative
),
present AS (
  SELECT representative, count(DISTINCT day) AS person_days FROM staff_sessions
  WHERE kind = 'started' AND event_time >= $from AND event_time < $to AND ($line IS NULL OR array_has(lines, $line))
  GROUP BY representative
),
compiled AS (
  SELECT representative, count(*) AS sheets FROM sheet_moves WHERE kind = 'opened' AND moved_at >= $from AND moved_at < $to AND ($line IS NULL OR line = $line) GROUP BY representative
),
joined AS (
  SELECT t.representative, t.answered, coalesce(p.person_days, 0) AS person_days, t.handle_ms, t.handles, t.hold_ms, t.holds, t.transferred,
    coalesce(c.sheets, 0) AS sheets
  FROM talked t
  LEFT JOIN present p ON p.representative = t.representative
  LEFT JOIN compiled c ON c.representative = t.representative
),
totalled AS (
  SELECT * FROM joined
  UNION ALL
  SELECT NULL, coalesce(sum(answered), 0), coalesce(sum(person_days), 0), sum(handle_ms), sum(handles), sum(hold_ms), sum(holds), sum(transferred),
    coalesce(sum(sheets), 0)
  FROM joined
)
SELECT representative, answered, person_days,
  round(1.0 * answered / nullif(person_days, 0), 6) AS calls_per_person_day,
  round(handle_ms / 1000.0 / nullif(handles, 0), 6) AS mean_handle_s,
  round(hold_ms / 1000.0 / nullif(holds, 0), 6) AS mean_hold_s,
  round(100.0 * transferred / nullif(answered, 0), 6) AS transferred_pct,
  sheets
FROM totalled
ORDER BY representative NULLS LAST
