-- figure: hall_and_remote
-- name_az: Zalda və məsafədən cavablandırma
-- name_en: Hall and remote answering
-- formula: means over answered calls; score = mean raw score of the latest evaluations of those calls; satisfied % = satisfied / answers, from survey_min_answers answers on
-- formula_az: təmsilçinin oturduğu yer üzrə cavablandırılmış zənglərin orta göstəriciləri
-- denominator: answered incoming calls by where the representative sat
-- unit: calls, seconds, percent
-- source: Rules 2.6, section 12 (A113 1.2.6-1.2.9); register B9
-- group: staff
-- params: period, line
-- window_days: 2
-- base: incoming WHERE outcome = 'answered' AND offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- keys: location
-- rows: answered, transferred_pct | true
-- rows: mean_wait_s | wait_ms IS NOT NULL
-- rows: mean_handle_s | handle_ms IS NOT NULL
-- rows: evaluated | true | call_evaluations JOIN (SELECT call_id, location FROM incoming WHERE outcome = 'answered' AND offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)) AS i USING (call_id)
-- rows: mean_score | raw_score IS NOT NULL | call_evaluations JOIN (SELECT call_id, location FROM incoming WHERE outcome = 'answered' AND offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)) AS i USING (call_id)
-- rows: survey_answers, satisfied_pct | score IS NOT NULL | surveys JOIN (SELECT call_id, location FROM incoming WHERE outcome = 'answered' AND offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)) AS i USING (call_id)
-- column: location | Yer | Place | code
-- column: answered | Cavablandırılan | Answered | count
-- column: mean_wait_s | Orta gözləmə, san. | Mean wait, s | seconds
-- column: mean_handle_s | Orta xidmət, san. | Mean handle time, s | seconds
-- column: transferred_pct | Yönləndirilən, % | Transferred, % | percent
-- column: evaluated | Qiymətləndirilən | Evaluated | count
-- column: mean_score | Orta bal | Mean score | score
-- column: survey_answers | Sorğu cavabı | Survey answers | count
-- column: satisfied_pct | Razıqalma, % | Satisfied, % | percent
WITH answered AS (
  SELECT call_id, location, wait_ms, handle_ms, transferred, day FROM incoming
  WHERE outcome = 'answered' AND offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
),
talked AS (
  SELECT location, count(*) AS answered, sum(wait_ms) AS wait_ms, count(wait_ms) AS waits, sum(handle_ms) AS handle_ms, count(handle_ms) AS handles,
    count(*) FILTER (WHERE transferred) AS transferred
  FROM answered GROUP BY location
),
scored AS (
  SELECT a.location, count(*) AS evaluated, avg(e.raw_score) AS mean_score FROM answered a JOIN call_evaluations e ON e.call_id = a.call_id GROUP BY a.location
),
asked AS (
  SELECT a.location, count(s.score) AS answers, max(d.survey_min_answers) AS fewest,
    count(*) FILTER (WHERE 1.0 * s.score / nullif(s.scale_max, 0) >= d.satisfied_min_share - 0.000001) AS satisfied
  FROM answered a JOIN surveys s ON s.call_id = a.call_id LEFT JOIN days d ON d.day = s.day GROUP BY a.location
)
SELECT t.location, t.answered,
  round(t.wait_ms / 1000.0 / nullif(t.waits, 0), 6) AS mean_wait_s,
  round(t.handle_ms / 1000.0 / nullif(t.handles, 0), 6) AS mean_handle_s,
  round(100.0 * t.transferred / t.answered, 6) AS transferred_pct,
  coalesce(s.evaluated, 0) AS evaluated, round(s.mean_score, 6) AS mean_score,
  coalesce(k.answers, 0) AS survey_answers,
  CASE WHEN k.answers >= k.fewest THEN round(100.0 * k.satisfied / k.answers, 6) END AS satisfied_pct
FROM talked t
LEFT JOIN scored s ON s.location = t.location
LEFT JOIN asked k ON k.location = t.location
ORDER BY t.location
