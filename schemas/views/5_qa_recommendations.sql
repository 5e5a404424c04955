-- view: qa_recommendations
-- az: Təmsilçilərə verilən tövsiyələr (ƏN 6.7.1): hər tövsiyənin ən son halı, bir tövsiyə bir sətirdir
-- en: Recommendations to representatives (ST 6.7.1), the latest state of each; one row a recommendation
-- columns_of: qa_records
-- column: recommendation_id | Tövsiyənin nömrəsi | Id of the recommendation
-- column: representative | Təmsilçi | Representative
-- column: assessment_id | Əsaslandığı qiymətləndirmə | Assessment that it rests on
-- column: recommendation | Tövsiyənin mətni | What is recommended
-- column: given_by | Verənin tanıdıcısı (adı deyil) | Who gave it: the id of a person, never a name
-- column: finding | Ölçmənin nəticəsi: rose (yaxşılaşıb), fell (pisləşib), unsure (bilinmir); ölçülməyibsə, boşdur | What was found when it was measured: rose, fell, unsure; empty until then
-- column: effect | Sonrakı təsadüfi zənglərdə meyarın tam yerinə yetirilmə payının fərqi; ölçülməyibsə, boşdur | By how much the share of calls that keep the criterion in full rose in later random calls; empty until it is measured | −1–1
SELECT record_id AS recommendation_id, about AS representative, criterion, title AS recommendation, call_id, parent_id AS assessment_id, owner AS given_by,
  made_at, made_day, month, due_at, due_day, is_due, state, closed, changed_at, outcome AS finding, value AS effect, content
FROM qa_records WHERE kind = 'recommendation'
