-- figure: completeness
-- name_az: Məlumatların tamlığı
-- name_en: Completeness of the data
-- formula: what is counted stands in each row
-- denominator: see each
-- unit: rows
-- source: laws P3, P8
-- group: data
-- params: period
-- window_days: 2
-- keys: item
-- rows: rows, item=calls | true | calls WHERE offered_at >= $from AND offered_at < $to
-- rows: rows, item=calls_unfinished | true | calls WHERE outcome = 'open' AND offered_at >= $from AND offered_at < $to
-- rows: rows, item=answered_without_end | true | calls WHERE outcome = 'answered' AND handle_ms IS NULL AND offered_at >= $from AND offered_at < $to
-- rows: rows, item=lost_without_caller | true | incoming WHERE outcome = 'lost' AND caller_key IS NULL AND offered_at >= $from AND offered_at < $to
-- rows: rows, item=answered_without_appeal | true | incoming WHERE outcome = 'answered' AND offered_at >= $from AND offered_at < $to AND call_id NOT IN (SELECT call_id FROM appeals WHERE call_id IS NOT NULL)
-- rows: rows, item=appeals_without_call | true | call_appeals WHERE answered_at IS NULL AND NOT from_answered AND appealed_at >= $from AND appealed_at < $to
-- rows: rows, item=sheets_without_opening | true | sheets WHERE opened_at IS NULL AND first_told_at < $to
-- rows: rows, item=sessions_unended | true | live_stretches WHERE live_ms IS NULL AND started_at >= $from AND started_at < $to
-- rows: rows, item=amended | true | call_events WHERE revision > 0 AND event_time >= $from AND event_time < $to
-- rows: rows, item=dead_letters | true | dead_letters WHERE event_time >= $from AND event_time < $to
-- column: sort | № | No. | count
-- column: item | Maddə | Item | code
-- column: name_az | Maddə | Item | text_az
-- column: name_en | Maddə | Item | text_en
-- column: rows | Say | Count | count
SELECT 1 AS sort, 'calls' AS item, 'Zənglər' AS name_az, 'Calls' AS name_en, n AS rows FROM (SELECT count(*) AS n FROM calls WHERE offered_at >= $from AND offered_at < $to)
UNION ALL
SELECT 2 AS sort, 'calls_unfinished' AS item, 'Sonu bildirilməyən zənglər' AS name_az, 'Calls whose end was not told' AS name_en, n AS rows FROM (SELECT count(*) AS n FROM calls WHERE outcome = 'open' AND offered_at >= $from AND offered_at < $to)
UNION ALL
SELECT 3 AS sort, 'answered_without_end' AS item, 'Cavablandırılan, sonu bildirilməyən zənglər' AS name_az, 'Answered calls whose end was not told' AS name_en, n AS rows FROM (SELECT count(*) AS n FROM calls WHERE outcome = 'answered' AND handle_ms IS NULL AND offered_at >= $from AND offered_at < $to)
UNION ALL
SELECT 4 AS sort, 'lost_without_caller' AS item, 'Nömrəsi bilinməyən itirilmiş zənglər' AS name_az, 'Lost calls without a caller’s key' AS name_en, n AS rows FROM (SELECT count(*) AS n FROM incoming WHERE outcome = 'lost' AND caller_key IS NULL AND offered_at >= $from AND offered_at < $to)
UNION ALL
SELECT 5 AS sort, 'answered_without_appeal' AS item, 'Müraciəti qeyd edilməyən cavablandırılmış zənglər' AS name_az, 'Answered calls without a registered appeal' AS name_en, n AS rows FROM (SELECT count(*) AS n FROM incoming i WHERE i.outcome = 'answered' AND i.offered_at >= $from AND i.offered_at < $to AND NOT EXISTS (SELECT 1 FROM appeals a WHERE a.call_id = i.call_id))
UNION ALL
SELECT 6 AS sort, 'appeals_without_call' AS item, 'Zəngi tapılmayan müraciətlər' AS name_az, 'Appeals whose call is not known' AS name_en, n AS rows FROM (SELECT count(*) AS n FROM call_appeals WHERE answered_at IS NULL AND NOT from_answered AND appealed_at >= $from AND appealed_at < $to)
UNION ALL
SELECT 7 AS sort, 'sheets_without_opening' AS item, 'Açılışı bildirilməyən MV' AS name_az, 'Sheets whose opening was not told' AS name_en, n AS rows FROM (SELECT count(*) AS n FROM sheets WHERE opened_at IS NULL AND first_told_at < $to)
UNION ALL
SELECT 8 AS sort, 'sessions_unended' AS item, 'Sonu bildirilməyən iş seansları' AS name_az, 'Stretches of work whose end was not told' AS name_en, n AS rows FROM (SELECT count(*) AS n FROM live_stretches WHERE live_ms IS NULL AND started_at >= $from AND started_at < $to)
UNION ALL
SELECT 9 AS sort, 'amended' AS item, 'Düzəliş edilmiş zəng hadisələri' AS name_az, 'Call events that were amended' AS name_en, n AS rows FROM (SELECT count(*) AS n FROM call_events WHERE revision > 0 AND event_time >= $from AND event_time < $to)
UNION ALL
SELECT 10 AS sort, 'dead_letters' AS item, 'İşlənməmiş məlumatlar (gəldiyi vaxta görə)' AS name_az, 'Dead letters (by the time they came)' AS name_en, n AS rows FROM (SELECT count(*) AS n FROM dead_letters WHERE event_time >= $from AND event_time < $to)
ORDER BY sort
