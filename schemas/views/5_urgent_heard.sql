-- view: urgent_heard
-- az: Maşının təxirəsalınmaz məsələ əlaməti eşitdiyi zənglər, bir meyar bir sətirdir
-- en: Calls in which the machine heard signs of an urgent matter, one row a criterion
-- columns_of: verdicts
-- column: call_at | Zəngin daxil olduğu an | When the call was offered | UTC
-- column: day | Bakı vaxtı ilə zəngin günü | Day of the call in Baku | Asia/Baku
-- column: structure | Xəttin arxasındakı qurum | Structure behind the line
-- column: passed_on | Söhbətdə dərhal ötürülübmü; demək olmursa, boşdur | Whether it was passed on in the call; empty where that cannot be told
-- column: registered | Zəngdə təxirəsalınmaz müraciət qeyd edilibmi | Whether an urgent appeal was registered of the call
--
-- Which criteria say so is data (ref_urgent_criteria). A criterion that was not applicable heard nothing; one that abstained did where it shows
-- words: it could not tell what came after them. What a machine heard is a suspicion, and people decide (P10). A call of which the exchange told
-- nothing is not here: it has no time of its own.
SELECT v.evaluation_id, v.call_id, v.form_id, v.form_version, coalesce(v.line, c.line) AS line, l.short AS structure, v.representative,
  c.offered_at AS call_at, c.day, v.criterion, v.state, v.confidence,
  CASE v.state WHEN 'marked' THEN true WHEN 'suspected' THEN false END AS passed_on,
  a.call_id IS NOT NULL AS registered
FROM verdicts v
JOIN calls c ON c.call_id = v.call_id
JOIN ref_urgent_criteria u ON u.form_id = v.form_id AND u.criterion = v.criterion
  AND c.day >= u.valid_from AND (u.valid_to IS NULL OR c.day <= u.valid_to)
LEFT JOIN (SELECT DISTINCT call_id FROM appeals WHERE urgent) a ON a.call_id = v.call_id
LEFT JOIN ref_lines l ON l.line = coalesce(v.line, c.line) AND c.day >= l.valid_from AND (l.valid_to IS NULL OR c.day <= l.valid_to)
WHERE v.state IN ('marked', 'suspected') OR v.state = 'abstained' AND array_length(v.evidence) > 0
