-- figure: estimate_machine_by_criterion
-- name_az: Maşının bütün zənglərdə gördüyü çatışmazlıqlar (təklif)
-- name_en: Shortfalls that the machine reports over all calls (proposed)
-- formula: judged = marked or suspected · reported = marked below the full mark, or suspected
-- formula_az: baxılan – qiymətləndirilən və ya şübhəli sayılan · çatışmazlıq – tam baldan aşağı qiymət və ya şübhə; maşının təklifidir
-- denominator: verdicts of the latest evaluation of each call by each form; of each version of a form by itself
-- unit: calls
-- source: Rogan & Gladen 1978 (what a test with errors reports); design law P10: a proposal, people decide
-- group: quality
-- params: period, line
-- base: verdicts WHERE call_at >= $from AND call_at < $to AND ($line IS NULL OR line = $line)
-- keys: form_id, form_version, criterion
-- rows: judged, reported_pct | state IN ('marked', 'suspected')
-- rows: reported | state = 'suspected' OR (state = 'marked' AND mark < 1)
-- column: form_id | Forma | Form | text
-- column: form_version | Formanın buraxılışı | Form version | text
-- column: criterion | Meyar | Criterion | text
-- column: judged | Baxılan | Judged | count
-- column: reported | Çatışmazlıq | Reported | count
-- column: reported_pct | Çatışmazlıq, % | Reported, % | percent
WITH counted AS (
  SELECT form_id, form_version, criterion,
    count(*) FILTER (WHERE state IN ('marked', 'suspected')) AS judged,
    count(*) FILTER (WHERE state = 'suspected' OR (state = 'marked' AND mark < 1)) AS reported
  FROM verdicts
  WHERE call_at >= $from AND call_at < $to AND ($line IS NULL OR line = $line)
  GROUP BY form_id, form_version, criterion
)
SELECT form_id, form_version, criterion, judged, reported, round(100.0 * reported / nullif(judged, 0), 6) AS reported_pct
FROM counted
ORDER BY form_id, form_version, criterion
