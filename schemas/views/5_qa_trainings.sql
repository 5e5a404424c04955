-- view: qa_trainings
-- az: Daxili təlimlər (ƏN 6.7.2): hər təlimin ən son halı, bir təlim bir sətirdir; iştirakçılar məzmundadır
-- en: Internal trainings (ST 6.7.2), the latest state of each; one row a training; its participants stand in the content
-- columns_of: qa_records
-- column: training_id | Təlimin nömrəsi | Id of the training
-- column: topic | Mövzu | Topic
-- column: begins_at | Başladığı an | When it begins | UTC
-- column: begins_on | Bakı vaxtı ilə başladığı gün | Day on which it begins, in Baku | Asia/Baku
-- column: planned_by | Planlaşdıranın tanıdıcısı (adı deyil) | Who planned it: the id of a person, never a name
-- column: mean_score | Testin orta balı; test yoxdursa, boşdur | Mean score of its test; empty where there was none | 0–100
SELECT record_id AS training_id, title AS topic, due_at AS begins_at, CAST(due_at AT TIME ZONE 'Asia/Baku' AS DATE) AS begins_on, owner AS planned_by,
  made_at, made_day, month, state, closed, changed_at, value AS mean_score, content
FROM qa_records WHERE kind = 'training'
