-- figure: kpi_fcr
-- name_az: İlk əlaqədən cavablandırma
-- name_en: Resolved at first contact
-- formula: appeals answered at once, with no later appeal of the same caller on the same line and topic in another call within fcr_repeat_days / appeals
-- formula_az: dərhal cavablandırılan və 7 gün ərzində eyni şəxsin eyni xətt və mövzu üzrə başqa zəngdə təkrarlanmayan müraciətlər ÷ cavablandırılmış zənglərin xidmət göstərilə bilən müraciətləri
-- denominator: appeals of answered calls whose topic is serviceable
-- unit: percent
-- source: AR:251 (the method is not said); definitions 8 (KPI 7)
-- group: kpi
-- params: period, line
-- window_days: 14
-- target: fcr
-- base: call_appeals WHERE from_answered AND serviceable AND appealed_at >= $from AND appealed_at < $to AND ($line IS NULL OR line = $line)
-- keys: line, month
-- rows: numerator | direction = 'immediate' AND NOT repeated
-- rows: denominator | true
-- column: line | Xətt | Line | text
-- column: month | Ay | Month | text
-- column: numerator | Surət | Numerator | count
-- column: denominator | Məxrəc | Denominator | count
SELECT line, month, count(*) FILTER (WHERE direction = 'immediate' AND NOT repeated) AS numerator, count(*) AS denominator
FROM call_appeals
WHERE from_answered AND serviceable AND appealed_at >= $from AND appealed_at < $to AND ($line IS NULL OR line = $line)
GROUP BY line, month
ORDER BY line, month
