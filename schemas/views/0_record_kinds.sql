-- view: record_kinds
-- az: Keyfiyyət işinin qeydlərinin (records) növləri və adları; burada olmayan növ də ola bilər
-- en: Kinds of records of quality work and their names; a kind that is not here may be met all the same
-- column: kind | Növün kodu | Code of the kind
-- column: name_az | Azərbaycanca adı | Name in Azerbaijani
-- column: name_en | İngiliscə adı | Name in English
-- column: sort | Sıra | Order
SELECT column1 AS kind, column2 AS name_az, column3 AS name_en, column4 AS sort
FROM (VALUES
  ('recommendation', 'Tövsiyə', 'Recommendation', 1),
  ('discussion', 'Nəticələrin müzakirəsi', 'Discussion of results', 2),
  ('proposal', 'Təklif', 'Proposal', 3),
  ('training_need', 'Təlim ehtiyacı', 'Training need', 4),
  ('training', 'Təlim', 'Training', 5),
  ('answer', 'Sual-cavab bazasının qeydi', 'Entry of the question-answer base', 6),
  ('complaint', 'Şikayət', 'Complaint', 7),
  ('calibration', 'Kalibrləmə', 'Calibration', 8),
  ('card', 'Nəticə kartı', 'Result card', 9),
  ('survey', 'Sorğu', 'Survey', 10),
  ('survey_draw', 'Sorğuya dəvətlərin seçilməsi', 'Draw of survey invitations', 11),
  ('survey_participation', 'Sorğuda iştirak', 'Participation in a survey', 12),
  ('form_draft', 'Qiymətləndirmə vərəqinin layihəsi', 'Draft of an evaluation form', 13),
  ('correction', 'Zəngin mətninə düzəliş', 'Correction of a transcript', 14),
  ('task', 'Rəhbərliyin tapşırığı', 'Order of management', 15),
  ('study', 'Rəy və ya araşdırma', 'Opinion or study', 16),
  ('stand_in', 'Əvəzetmə', 'Standing in', 17),
  ('employment', 'Əmək məlumatı', 'Employment', 18)
)
