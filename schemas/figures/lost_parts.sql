-- figure: lost_parts
-- name_az: İtirilmiş zənglərin bölgüsü və görülmüş işlər
-- name_en: Lost calls: what became of them
-- formula: each lost call is in the first part whose rule fits (view lost_calls); percent = part / lost
-- formula_az: hər itirilmiş zəng qaydası uyğun gələn ilk hissədədir: qısa gözləmə; həmin gün təkrar zəngi cavablandırılıb; həmin gün əks əlaqə yaradılıb; sistem xətası; əks əlaqə yaradılmayıb
-- denominator: lost incoming calls of live service
-- unit: calls, percent
-- source: AR:24-49; D50; definitions 2
-- group: lost
-- params: period, line
-- window_days: 2
-- total: part
-- base: lost_calls WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- keys: part
-- rows: calls | true
-- rows: reached | reached
-- rows: exactly | at_limit
-- rows: mean_wait_s | waited_ms IS NOT NULL
-- column: sort | № | No. | count
-- column: part | Hissə | Part | code
-- column: name_az | Görülmüş iş | What became of them | text_az
-- column: name_en | Görülmüş iş | What became of them | text_en
-- column: calls | Zəng sayı | Calls | count
-- column: percent | Faiz | Percent | percent
-- column: reached | Şəxsə çatan | Reached | count
-- column: exactly | Düz həddə | At exactly the limit | count
-- column: mean_wait_s | Orta gözləmə, san. | Mean wait, s | seconds
WITH named AS (
  SELECT column1 AS sort, column2 AS part, column3 AS name_az, column4 AS name_en FROM (VALUES
    (1, 'redialled_answered', 'Vətəndaş tərəfindən təkrar əlaqə yaradılaraq cavablandırılmış', 'Redialled by the caller and answered'),
    (2, 'called_back', 'Çağrı Mərkəzi tərəfindən əks əlaqə yaradılmış', 'Called back by the centre'),
    (3, 'system_error', 'Sistemdə baş verən xətalar səbəbindən əlaqə yaradılması mümkün olmayan', 'Unreachable through a system error'),
    (4, 'waited_under_10s', 'Növbədə gözləmə müddəti 10 saniyədən az olduğu üçün əks əlaqə yaradılmayan', 'Waited under 10 seconds: no callback due'),
    (5, 'not_called_back', 'Əks əlaqə yaradılmamış', 'Not called back')
  )
),
counted AS (
  SELECT part, count(*) AS calls, count(*) FILTER (WHERE reached) AS reached, count(*) FILTER (WHERE at_limit) AS exactly,
    sum(waited_ms) AS waited_ms, count(waited_ms) AS waits
  FROM lost_calls
  WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
  GROUP BY part
),
listed AS (
  SELECT n.sort, n.part, n.name_az, n.name_en, coalesce(c.calls, 0) AS calls, coalesce(c.reached, 0) AS reached, coalesce(c.exactly, 0) AS exactly,
    c.waited_ms, c.waits
  FROM named n LEFT JOIN counted c ON c.part = n.part
),
totalled AS (
  SELECT * FROM listed
  UNION ALL
  SELECT 6, NULL, NULL, NULL, sum(calls), sum(reached), sum(exactly), sum(waited_ms), sum(waits) FROM listed
)
SELECT sort, part, name_az, name_en, calls,
  round(100.0 * calls / nullif(sum(calls) OVER () / 2, 0), 6) AS percent,
  reached, exactly,
  round(waited_ms / 1000.0 / nullif(waits, 0), 6) AS mean_wait_s
FROM totalled
ORDER BY sort
