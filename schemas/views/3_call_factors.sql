-- view: call_factors
-- az: Cavablandırılmış zənglər səmərəliliyə təsir edə bilən amillər üzrə: bir zəngin bir amili bir sətirdir
-- en: Answered incoming calls by what the work may depend on: one row for one factor of one call
-- columns_of: calls
-- column: factor | Amilin kodu: location, hold, wait, transfer, part_of_day | Code of the factor: location, hold, wait, transfer, part_of_day
-- column: level | Amilin qiyməti | The call's level of the factor
--
-- Unknown levels have a name too: what is not known may be what a difference is made of. Parts of the day are hours in Baku.
SELECT call_id, line, representative, offered_at, day, month, wait_ms, hold_ms, handle_ms, f['factor'] AS factor, f['level'] AS level
FROM (
  SELECT call_id, line, representative, offered_at, day, month, wait_ms, hold_ms, handle_ms,
    unnest(make_array(
      named_struct('factor', 'location', 'level', coalesce(location, 'unknown')),
      named_struct('factor', 'hold', 'level', CASE WHEN hold_ms > 0 THEN 'held' WHEN hold_ms = 0 THEN 'not_held' ELSE 'unknown' END),
      named_struct('factor', 'wait', 'level', CASE WHEN wait_ms IS NULL THEN 'unknown' WHEN in_time THEN 'in_time' ELSE 'late' END),
      named_struct('factor', 'transfer', 'level', CASE WHEN transferred THEN 'transferred' ELSE 'not_transferred' END),
      named_struct('factor', 'part_of_day', 'level',
        CASE WHEN date_part('hour', offered_at AT TIME ZONE 'Asia/Baku') < 13 THEN 'morning' ELSE 'afternoon' END)
    )) AS f
  FROM incoming
  WHERE outcome = 'answered'
)
