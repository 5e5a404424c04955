-- view: record_states
-- az: Keyfiyyət işinin qeydlərinin (records) növlər üzrə halları və adları; burada olmayan hal açıq sayılır
-- en: States of records of quality work by kind, and their names; a state that is not here counts as open
-- column: kind | Növün kodu | Code of the kind
-- column: state | Halın kodu | Code of the state
-- column: name_az | Azərbaycanca adı | Name in Azerbaijani
-- column: name_en | İngiliscə adı | Name in English
-- column: closes | Bu halda görüləsi iş qalmayıbmı | Whether nothing is left to be done in this state
-- column: is_due | Bu halda son tarix (due_at) hesablanırmı | Whether the date on which it is due counts in this state
-- column: sort | Növ daxilində sıra | Order within the kind
--
-- What is in force, as an entry of the question-answer base, is closed as work and due again on the day of its review.
SELECT column1 AS kind, column2 AS state, column3 AS name_az, column4 AS name_en, column5 AS closes, column6 AS is_due, column7 AS sort
FROM (VALUES
  ('recommendation', 'given', 'Verilib', 'Given', false, true, 1),
  ('recommendation', 'seen', 'Baxılıb', 'Seen', false, true, 2),
  ('recommendation', 'done', 'İcra edilib', 'Done', true, false, 3),
  ('recommendation', 'measured', 'Təsiri ölçülüb', 'Effect measured', true, false, 4),
  ('recommendation', 'withdrawn', 'Geri götürülüb', 'Withdrawn', true, false, 5),
  ('discussion', 'held', 'Keçirilib, təsdiq gözlənilir', 'Held, to be confirmed', false, false, 1),
  ('discussion', 'confirmed', 'Təmsilçi təsdiq edib', 'Confirmed by the representative', false, false, 2),
  ('discussion', 'objected', 'Təmsilçi etiraz edib', 'Objected to by the representative', false, false, 3),
  ('discussion', 'closed', 'Bağlanıb', 'Closed', true, false, 4),
  ('proposal', 'drafted', 'Hazırlanır', 'Being drafted', false, true, 1),
  ('proposal', 'sent', 'Göndərilib', 'Sent', false, true, 2),
  ('proposal', 'accepted', 'Qəbul edilib', 'Accepted', true, false, 3),
  ('proposal', 'refused', 'Rədd edilib', 'Refused', true, false, 4),
  ('proposal', 'effect_noted', 'Nəticəsi qeyd edilib', 'Effect noted', true, false, 5),
  ('training_need', 'open', 'Açıq', 'Open', false, true, 1),
  ('training_need', 'planned', 'Təlim planlaşdırılıb', 'A training is planned', false, true, 2),
  ('training_need', 'met', 'Təlim keçirilib', 'Met by a training', true, false, 3),
  ('training_need', 'dropped', 'Ləğv edilib', 'Dropped', true, false, 4),
  ('training', 'planned', 'Planlaşdırılıb', 'Planned', false, true, 1),
  ('training', 'held', 'Keçirilib', 'Held', false, false, 2),
  ('training', 'tested', 'Test aparılıb', 'Tested', false, false, 3),
  ('training', 'closed', 'Başa çatıb', 'Closed', true, false, 4),
  ('training', 'cancelled', 'Ləğv edilib', 'Cancelled', true, false, 5),
  ('answer', 'draft', 'Qaralama', 'Draft', false, true, 1),
  ('answer', 'in_force', 'Qüvvədədir', 'In force', true, true, 2),
  ('answer', 'under_review', 'Yenidən baxılır', 'Under review', false, true, 3),
  ('answer', 'withdrawn', 'Qüvvədən düşüb', 'Withdrawn', true, false, 4),
  ('complaint', 'received', 'Daxil olub', 'Received', false, true, 1),
  ('complaint', 'investigated', 'Araşdırılıb', 'Investigated', false, true, 2),
  ('complaint', 'measure_taken', 'Tədbir görülüb', 'Measure taken', false, true, 3),
  ('complaint', 'sent', 'Nazirliyə göndərilib', 'Sent to the Ministry', false, true, 4),
  ('complaint', 'answered', 'Cavablandırılıb', 'Answered', true, false, 5),
  ('complaint', 'withdrawn', 'Geri götürülüb', 'Withdrawn', true, false, 6),
  ('calibration', 'open', 'Qiymətləndirilir', 'Being scored', false, true, 1),
  ('calibration', 'compared', 'Müqayisə edilir', 'Being compared', false, false, 2),
  ('calibration', 'agreed', 'Razılaşdırılıb', 'Agreed', false, false, 3),
  ('calibration', 'closed', 'Bağlanıb', 'Closed', true, false, 4),
  ('card', 'drafted', 'Hazırlanır', 'Being drafted', false, true, 1),
  ('card', 'submitted', 'Təsdiqə verilib', 'Submitted for approval', false, true, 2),
  ('card', 'returned', 'Geri qaytarılıb', 'Returned', false, true, 3),
  ('card', 'approved', 'Təsdiq edilib', 'Approved', true, false, 4),
  ('card', 'acknowledged', 'Tanış olunub', 'Acknowledged', true, false, 5),
  ('card', 'replaced', 'Yenisi ilə əvəz edilib', 'Replaced by a later edition', true, false, 6),
  ('survey', 'draft', 'Qaralama', 'Draft', false, true, 1),
  ('survey', 'in_force', 'Aparılır', 'In force', false, true, 2),
  ('survey', 'closed', 'Bağlanıb', 'Closed', true, false, 3),
  ('survey_draw', 'drawn', 'Seçilib', 'Drawn', true, false, 1),
  ('survey_participation', 'answered', 'Cavablandırılıb', 'Answered', true, false, 1),
  ('form_draft', 'draft', 'Qaralama', 'Draft', false, true, 1),
  ('form_draft', 'submitted', 'Təsdiqə verilib', 'Submitted for approval', false, true, 2),
  ('form_draft', 'returned', 'Geri qaytarılıb', 'Returned', false, true, 3),
  ('form_draft', 'approved', 'Təsdiq edilib', 'Approved', true, false, 4),
  ('form_draft', 'withdrawn', 'Geri götürülüb', 'Withdrawn', true, false, 5),
  ('form_draft', 'discarded', 'İmtina edilib', 'Discarded', true, false, 6),
  ('correction', 'corrected', 'Düzəldilib', 'Corrected', true, false, 1),
  ('task', 'given', 'Verilib', 'Given', false, true, 1),
  ('task', 'handed_over', 'Təhvil verilib', 'Handed over', false, false, 2),
  ('task', 'given_back', 'Geri qaytarılıb', 'Given back', false, true, 3),
  ('task', 'taken', 'Qəbul edilib', 'Taken', true, false, 4),
  ('task', 'withdrawn', 'Ləğv edilib', 'Withdrawn', true, false, 5),
  ('study', 'drafted', 'Qaralama', 'Being drafted', false, true, 1),
  ('study', 'finished', 'Tamamlanıb', 'Finished', true, false, 2),
  ('study', 'withdrawn', 'Geri götürülüb', 'Withdrawn', true, false, 3),
  ('stand_in', 'ordered', 'Təyin edilib', 'Ordered', true, false, 1),
  ('stand_in', 'ended', 'Vaxtından əvvəl bitirilib', 'Ended before its time', true, false, 2),
  ('employment', 'kept', 'Qeyd edilib', 'Kept', true, false, 1)
)
