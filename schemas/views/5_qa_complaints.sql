-- view: qa_complaints
-- az: Mərkəzin xidmətindən və təmsilçilərdən şikayətlər (ƏN 4.0.4): hər şikayətin ən son halı, bir şikayət bir sətirdir
-- en: Complaints about the centre's services and its representatives (ST 4.0.4), the latest state of each; one row a complaint
-- columns_of: qa_records
-- column: complaint_id | Şikayətin nömrəsi | Id of the complaint
-- column: representative | Barəsində şikayət edilən təmsilçi; məlum deyilsə, boşdur | Representative that it is about; empty where not known
-- column: subject | Nədən şikayət edilir: conduct (davranış), correctness (cavabın düzgünlüyü), confidentiality (məxfilik), waiting (gözləmə), service (xidmət) | What is complained of: conduct, correctness, confidentiality, waiting, service
-- column: finding | Araşdırmanın nəticəsi: confirmed (təsdiqlənib), partly (qismən), not_confirmed (təsdiqlənməyib); hələ yoxdursa, boşdur | What the investigation found: confirmed, partly, not_confirmed; empty until then
SELECT record_id AS complaint_id, about AS representative, call_id, title AS subject, owner,
  made_at, made_day, month, due_at, due_day, is_due, state, closed, changed_at, outcome AS finding, content
FROM qa_records WHERE kind = 'complaint'
