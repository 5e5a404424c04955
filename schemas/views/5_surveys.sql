-- view: surveys
-- az: Zəng edənlərin sorğuları: bir insanın bir sorğusu bir sətirdir
-- en: Surveys of callers: one row for one person's survey, invitation and answer together
-- column: survey_id | Sorğunun nömrəsi | Id of one survey of one person
-- column: line | Xətt | Line
-- column: call_id | Zəngin nömrəsi | Id of the call
-- column: channel | Kanal: ivr, sms, call, web | Channel: ivr, sms, call, web
-- column: invited_at | Dəvət anı (ilk məlumat) | When the person was invited: the first thing told | UTC
-- column: day | Bakı vaxtı ilə dəvət günü | Day of the invitation in Baku | Asia/Baku
-- column: month | Bakı vaxtı ilə dəvət ayı (YYYY-MM) | Month of the invitation in Baku | Asia/Baku
-- column: declined | Cavab verməkdən imtina edilibmi | Whether the person declined
-- column: score | Ümumi məmnunluq balı, son cavab | Overall satisfaction, the last answer
-- column: scale_max | Ümumi məmnunluq şkalasının yuxarı həddi | Top of the scale of overall satisfaction
-- column: scale_min | Ümumi məmnunluq şkalasının aşağı həddi | Bottom of the scale of overall satisfaction
-- column: resolved_score | «Məsələ həll olundumu» sualının balı, son cavab | Answer to whether the matter was resolved, the last one
-- column: resolved_scale_max | Həmin sualın şkalasının yuxarı həddi | Top of that question's scale
-- column: questionnaire | Sorğu anketinin və onun nəşrinin kodu; məlum deyilsə, boşdur | Code of the questionnaire and of its edition; empty when it is not known
--
-- What representatives say of their work stays in survey_responses. Rows that landed before v2 of the contract name neither respondent nor
-- scale_min: v1 asked callers alone, and its scales began at 0.
SELECT survey_id,
  min(line) AS line,
  max(call_id) AS call_id,
  min(channel) AS channel,
  min(event_time) AS invited_at,
  min(day) AS day,
  substr(CAST(min(day) AS VARCHAR), 1, 7) AS month,
  count(*) FILTER (WHERE kind = 'declined') > 0 AS declined,
  first_value(score ORDER BY event_time DESC, event_id DESC) FILTER (WHERE kind = 'answered' AND question = 'overall') AS score,
  first_value(scale_max ORDER BY event_time DESC, event_id DESC) FILTER (WHERE kind = 'answered' AND question = 'overall') AS scale_max,
  first_value(coalesce(scale_min, 0) ORDER BY event_time DESC, event_id DESC) FILTER (WHERE kind = 'answered' AND question = 'overall') AS scale_min,
  first_value(score ORDER BY event_time DESC, event_id DESC) FILTER (WHERE kind = 'answered' AND question = 'resolved') AS resolved_score,
  first_value(scale_max ORDER BY event_time DESC, event_id DESC) FILTER (WHERE kind = 'answered' AND question = 'resolved') AS resolved_scale_max,
  max(questionnaire) AS questionnaire
FROM survey_responses
WHERE coalesce(respondent, 'caller') = 'caller'
GROUP BY survey_id
