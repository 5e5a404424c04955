-- view: qa_records
-- az: Keyfiyyət işinin qeydləri: tövsiyələr, müzakirələr, təkliflər, təlimlər, şikayətlər, nəticə kartları və s.; hər qeydin ən son halı, bir qeyd bir sətirdir
-- en: Records of quality work: recommendations, discussions, proposals, trainings, complaints, result cards and so on, the latest state of each; one row a record
-- columns_of: records
-- column: made_day | Bakı vaxtı ilə yaradıldığı gün | Day in Baku on which it was made | Asia/Baku
-- column: month | Bakı vaxtı ilə yaradıldığı ay (YYYY-MM) | Month in Baku in which it was made | Asia/Baku
-- column: closed | Bağlanıbmı: görüləsi iş qalmayıb | Whether it is closed: nothing is left to be done
-- column: changed_at | Son addımın atıldığı an | When the last step was taken | UTC
-- column: steps | İndiyə qədər atılan addımların sayı | Steps that were taken so far
-- column: due_day | Bakı vaxtı ilə son gün | Last day in Baku on which it is in time | Asia/Baku
-- column: is_due | Son tarix hələ də hesablanırmı; müddəti olmayan və ya icra edilmiş qeyddə yox | Whether the date still counts; not where nothing is due, or what was due is done
--
-- A state that record_states does not know leaves the record open.
SELECT r.record_id, r.kind, r.made_at, CAST(r.made_at AT TIME ZONE 'Asia/Baku' AS DATE) AS made_day,
  substr(CAST(CAST(r.made_at AT TIME ZONE 'Asia/Baku' AS DATE) AS VARCHAR), 1, 7) AS month,
  r.state, coalesce(s.closes, false) AS closed, r.event_time AS changed_at, r.revision + 1 AS steps, r.action, r.acted_by,
  r.owner, r.about, r.call_id, r.parent_id,
  r.due_at, CAST((r.due_at - INTERVAL '1 second') AT TIME ZONE 'Asia/Baku' AS DATE) AS due_day,
  r.due_at IS NOT NULL AND coalesce(s.is_due, true) AS is_due,
  r.title, r.criterion, r.outcome, r.value, r.content
FROM records r LEFT JOIN record_states s ON s.kind = r.kind AND s.state = r.state
