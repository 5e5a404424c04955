-- figure: lost_parts_by_line
-- name_az: İtirilmiş zənglərin bölgüsü qurumlar üzrə
-- name_en: Lost calls by part and structure
-- formula: as lost_parts, by line
-- formula_az: itirilmiş zənglərin bölgüsü ilə eyni qayda, xətlər üzrə
-- denominator: lost incoming calls of live service
-- unit: calls
-- source: AR:24-49; definitions 2
-- group: lost
-- params: period, line
-- window_days: 2
-- total: line
-- base: lost_calls WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- keys: line
-- rows: lost | true
-- rows: redialled_answered | part = 'redialled_answered'
-- rows: called_back | part = 'called_back'
-- rows: system_error | part = 'system_error'
-- rows: waited_under_10s | part = 'waited_under_10s'
-- rows: not_called_back | part = 'not_called_back'
-- rows: reached | reached
-- column: line | Xətt | Line | text
-- column: lost | İtirilən | Lost | count
-- column: redialled_answered | Vətəndaş tərəfindən təkrar əlaqə yaradılaraq cavablandırılmış | Redialled by the caller and answered | count
-- column: called_back | Çağrı Mərkəzi tərəfindən əks əlaqə yaradılmış | Called back by the centre | count
-- column: system_error | Sistemdə baş verən xətalar səbəbindən əlaqə yaradılması mümkün olmayan | Unreachable through a system error | count
-- column: waited_under_10s | Növbədə gözləmə müddəti 10 saniyədən az olduğu üçün əks əlaqə yaradılmayan | Waited under 10 seconds: no callback due | count
-- column: not_called_back | Əks əlaqə yaradılmamış | Not called back | count
-- column: reached | Əks əlaqə ilə çatan | Reached by callback | count
WITH counted AS (
  SELECT line, count(*) AS lost,
    count(*) FILTER (WHERE part = 'redialled_answered') AS redialled_answered,
    count(*) FILTER (WHERE part = 'called_back') AS called_back,
    count(*) FILTER (WHERE part = 'system_error') AS system_error,
    count(*) FILTER (WHERE part = 'waited_under_10s') AS waited_under_10s,
    count(*) FILTER (WHERE part = 'not_called_back') AS not_called_back,
    count(*) FILTER (WHERE reached) AS reached
  FROM lost_calls
  WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
  GROUP BY line
)
SELECT line, lost, redialled_answered, called_back, system_error, waited_under_10s, not_called_back, reached FROM counted
UNION ALL
SELECT NULL, coalesce(sum(lost), 0), coalesce(sum(redialled_answered), 0), coalesce(sum(called_back), 0), coalesce(sum(system_error), 0), coalesce(sum(waited_under_10s), 0), coalesce(sum(not_called_back), 0), coalesce(sum(reached), 0) FROM counted
ORDER BY line NULLS LAST
