-- figure: live_lines
-- name_az: Xətlər indi
-- name_en: The lines now
-- formula: waiting = offered, and neither answered nor ended nor lost yet, for at most live_waiting_max_min minutes; what is open longer is a call whose end was not told
-- formula_az: gözləyən = daxil olub, hələ cavablandırılmayıb, bitməyib və itirilməyib, ən çoxu live_waiting_max_min dəqiqədir; daha uzun açıq qalan zəngin sonu bildirilməyib
-- denominator: incoming calls of live service
-- unit: calls
-- source: D50; definitions 1; register C8
-- group: live
-- params: period, now, line
-- window_days: 14
-- total: line
-- base: (SELECT i.*, (date_part('epoch', CAST($now AS TIMESTAMP WITH TIME ZONE)) - date_part('epoch', i.offered_at)) / 60 <= (SELECT max(t.value) FROM ref_thresholds t WHERE t.threshold = 'live_waiting_max_min' AND t.valid_from <= $last AND (t.valid_to IS NULL OR t.valid_to >= $last)) AS lately FROM incoming i) AS i WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- keys: line
-- rows: offered | true
-- rows: answered | outcome = 'answered'
-- rows: lost | outcome = 'lost'
-- rows: ordered | outcome = 'ordered'
-- rows: waiting, longest_ms | outcome = 'open' AND lately
-- rows: in_queue | outcome = 'open' AND lately AND queued_at IS NOT NULL
-- rows: untold | outcome = 'open' AND NOT lately
-- column: line | Xətt | Line | text
-- column: structure | Qurum | Structure | text
-- column: open | Canlı xidmət saatıdır | Live hours | yes
-- column: waiting | İndi gözləyən | Waiting now | count
-- column: in_queue | O cümlədən növbədə | Of them in the queue | count
-- column: longest_ms | Ən uzun gözləmə | Longest wait | ms
-- column: offered | Daxil olan | Offered | count
-- column: answered | Cavablandırılan | Answered | count
-- column: lost | İtirilən | Lost | count
-- column: ordered | Sifariş verən | Left an order | count
-- column: untold | Sonu bildirilməyən | End not told | count
--
-- open: now lies in the live hours of the period's last day. The wait runs from entering the queue, or without a queue from being offered.
WITH clock AS (
  SELECT date_part('epoch', CAST($now AS TIMESTAMP WITH TIME ZONE)) AS now_s, max(t.value) * 60 AS longest_s
  FROM ref_thresholds t
  WHERE t.threshold = 'live_waiting_max_min' AND t.valid_from <= $last AND (t.valid_to IS NULL OR t.valid_to >= $last)
),
today AS (
  SELECT i.line, i.outcome, i.queued_at IS NOT NULL AS queued,
    c.now_s - date_part('epoch', i.offered_at) <= c.longest_s AS lately,
    (c.now_s - date_part('epoch', coalesce(i.queued_at, i.offered_at))) * 1000 AS waits_ms
  FROM incoming i CROSS JOIN clock c
  WHERE i.offered_at >= $from AND i.offered_at < $to AND ($line IS NULL OR i.line = $line)
),
lines AS (
  SELECT r.line, r.short AS structure, r.sort,
    coalesce((c.now_s * 1000 - h.midnight_ms) / 60000.0 >= h.opens_minute AND (c.now_s * 1000 - h.midnight_ms) / 60000.0 < h.closes_minute, false) AS open
  FROM ref_lines r
  CROSS JOIN clock c
  LEFT JOIN live_days h ON h.line = r.line AND h.day = $last
  WHERE r.valid_from <= $last AND (r.valid_to IS NULL OR r.valid_to >= $last) AND ($line IS NULL OR r.line = $line)
),
counted AS (
  SELECT line, count(*) AS offered, count(*) FILTER (WHERE outcome = 'answered') AS answered, count(*) FILTER (WHERE outcome = 'lost') AS lost,
    count(*) FILTER (WHERE outcome = 'ordered') AS ordered,
    count(*) FILTER (WHERE outcome = 'open' AND lately) AS waiting,
    count(*) FILTER (WHERE outcome = 'open' AND lately AND queued) AS in_queue,
    count(*) FILTER (WHERE outcome = 'open' AND NOT lately) AS untold,
    max(waits_ms) FILTER (WHERE outcome = 'open' AND lately) AS longest_ms
  FROM today GROUP BY line
),
-- A line that the reference does not know is told all the same: its calls are in the total.
told AS (
  SELECT coalesce(l.line, n.line) AS line, l.structure, coalesce(l.sort, 900) AS sort, coalesce(l.open, false) AS open,
    coalesce(n.waiting, 0) AS waiting, coalesce(n.in_queue, 0) AS in_queue, n.longest_ms, coalesce(n.offered, 0) AS offered,
    coalesce(n.answered, 0) AS answered, coalesce(n.lost, 0) AS lost, coalesce(n.ordered, 0) AS ordered, coalesce(n.untold, 0) AS untold
  FROM lines l FULL JOIN counted n ON n.line = l.line
),
totalled AS (
  SELECT * FROM told
  UNION ALL
  SELECT NULL, NULL, 1000, coalesce(bool_or(open), false), coalesce(sum(waiting), 0), coalesce(sum(in_queue), 0), max(longest_ms), coalesce(sum(offered), 0),
    coalesce(sum(answered), 0), coalesce(sum(lost), 0), coalesce(sum(ordered), 0), coalesce(sum(untold), 0)
  FROM told
)
SELECT line, structure, open, waiting, in_queue, CAST(round(CASE WHEN longest_ms < 0 THEN 0 ELSE longest_ms END) AS BIGINT) AS longest_ms, offered, answered, lost, ordered, untold
FROM totalled
ORDER BY sort, line
