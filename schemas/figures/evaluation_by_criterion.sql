-- figure: evaluation_by_criterion
-- name_az: Meyarlar üzrə qiymətləndirmə (maşının təklifi)
-- name_en: Evaluation by criterion (proposed by machine)
-- formula: mean mark = mean over verdicts in state marked
-- denominator: verdicts of the latest evaluation of each call by each form; of each version of a form by itself
-- unit: mark 0–1
-- source: design law P10: a proposal, people decide
-- group: quality
-- params: period, line
-- base: verdicts WHERE call_at >= $from AND call_at < $to AND ($line IS NULL OR line = $line)
-- keys: form_id, form_version, criterion
-- rows: verdicts | true
-- rows: marked, mean_mark | state = 'marked'
-- rows: abstained | state = 'abstained'
-- rows: not_applicable | state = 'not_applicable'
-- rows: suspected | state = 'suspected'
-- column: form_id | Forma | Form | text
-- column: form_version | Formanın buraxılışı | Form version | text
-- column: criterion | Meyar | Criterion | text
-- column: verdicts | Qiymət sayı | Verdicts | count
-- column: marked | Qiymətləndirilən | Marked | count
-- column: mean_mark | Orta qiymət | Mean mark | score
-- column: abstained | Qiymətləndirilməyən | Abstained | count
-- column: not_applicable | Aid olmayan | Not applicable | count
-- column: suspected | Şübhəli | Suspected | count
SELECT form_id, form_version, criterion,
  count(*) AS verdicts,
  count(*) FILTER (WHERE state = 'marked') AS marked,
  round(avg(mark) FILTER (WHERE state = 'marked'), 3) AS mean_mark,
  count(*) FILTER (WHERE state = 'abstained') AS abstained,
  count(*) FILTER (WHERE state = 'not_applicable') AS not_applicable,
  count(*) FILTER (WHERE state = 'suspected') AS suspected
FROM verdicts
WHERE call_at >= $from AND call_at < $to AND ($line IS NULL OR line = $line)
GROUP BY form_id, form_version, criterion
ORDER BY form_id, form_version, criterion
