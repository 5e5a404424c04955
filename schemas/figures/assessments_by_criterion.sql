-- figure: assessments_by_criterion
-- name_az: Meyarlar üzrə insanın verdiyi qiymətlər və maşınla razılıq
-- name_en: Assessments by criterion, and agreement with the machine
-- formula: mean mark = mean over marked criteria, whatever the purpose but calibration: of what was heard, not of all calls · proposed = the machine had proposed a mark, or that it does not apply · agreement = marks that are as proposed ÷ proposed (raw, not corrected for chance)
-- formula_az: orta qiymət – məqsədindən asılı olmayaraq (kalibrləmədən başqa) qiymətləndirilən meyarların ortası: bütün zənglərin deyil, dinlənənlərin · razılıq – təklif edildiyi kimi qalanlar ÷ təklif edilənlər (təsadüfi uyğunluq çıxılmır)
-- denominator: marks of assessments published in the period and not voided, without calibration, the latest state of each; of each version of a form by itself
-- unit: mark 0–1, percent
-- source: ST 6.7.1; design law P10: the machine proposes, people decide
-- group: quality
-- params: period, line
-- base: qa_marks WHERE NOT voided AND purpose <> 'calibration' AND published_at >= $from AND published_at < $to AND ($line IS NULL OR line = $line)
-- keys: form_id, form_version, criterion
-- rows: marked, mean_mark | state = 'marked'
-- rows: not_applicable | state = 'not_applicable'
-- rows: proposed, changed_pct, agreement_pct | agreed IS NOT NULL
-- rows: changed | NOT agreed
-- column: form_id | Forma | Form | text
-- column: form_version | Formanın buraxılışı | Form version | text
-- column: criterion | Meyar | Criterion | text
-- column: marked | Qiymətləndirilən | Marked | count
-- column: not_applicable | Aid olmayan | Not applicable | count
-- column: mean_mark | Orta qiymət | Mean mark | score
-- column: proposed | Maşının təklif etdiyi | Proposed by the machine | count
-- column: changed | İnsanın dəyişdiyi | Changed by people | count
-- column: changed_pct | Dəyişdirilən, % | Changed, % | percent
-- column: agreement_pct | Razılıq, % | Agreement, % | percent
WITH counted AS (
  SELECT form_id, form_version, criterion,
    count(*) FILTER (WHERE state = 'marked') AS marked,
    count(*) FILTER (WHERE state = 'not_applicable') AS not_applicable,
    round(avg(mark) FILTER (WHERE state = 'marked'), 3) AS mean_mark,
    count(agreed) AS proposed,
    count(*) FILTER (WHERE NOT agreed) AS changed
  FROM qa_marks
  WHERE NOT voided AND purpose <> 'calibration' AND published_at >= $from AND published_at < $to AND ($line IS NULL OR line = $line)
  GROUP BY form_id, form_version, criterion
)
SELECT form_id, form_version, criterion, marked, not_applicable, mean_mark, proposed, changed,
  round(100.0 * changed / nullif(proposed, 0), 6) AS changed_pct,
  round(100.0 * (proposed - changed) / nullif(proposed, 0), 6) AS agreement_pct
FROM counted
ORDER BY form_id, form_version, criterion
