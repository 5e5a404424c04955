-- figure: opinions
-- name_az: Cavab layihəsinə istənilən rəylər
-- name_en: Opinions asked for on draft answers
-- formula: state at the end of the period: received in time, received late, deemed agreed (its own event), silent past its day, or waiting; mismatched = the register told another last day than the calendar gives
-- formula_az: dövrün sonundakı vəziyyət: vaxtında alınıb, gec alınıb, razılaşdırılmış sayılıb, müddəti keçib, gözlənilir
-- denominator: opinions asked for in the period
-- unit: opinions
-- source: ST 4.0.3, 4.0.24; register D4, D5
-- group: appeals
-- params: period, line
-- window_days: 2
-- total: term_working_days
-- needs: calendar
-- base: opinions WHERE requested_at >= $from AND requested_at < $to AND ($line IS NULL OR line = $line)
-- keys: term_working_days
-- rows: requested | true
-- rows: in_time | response = 'opinion_received' AND response_at < $to AND response_day <= due_on
-- rows: late | response = 'opinion_received' AND response_at < $to AND NOT coalesce(response_day <= due_on, false)
-- rows: deemed | response = 'deemed_agreed' AND response_at < $to
-- rows: silent | NOT coalesce(response_at < $to, false) AND due_on < $last
-- rows: waiting | NOT coalesce(response_at < $to, false) AND NOT coalesce(due_on < $last, false)
-- rows: mismatched | due_on IS DISTINCT FROM due_by_calendar
-- column: term_working_days | Müddət, iş günü | Term, working days | days
-- column: requested | İstənilib | Asked for | count
-- column: in_time | Vaxtında alınıb | Received in time | count
-- column: late | Gec alınıb | Received late | count
-- column: deemed | Razılaşdırılmış sayılıb | Deemed agreed | count
-- column: silent | Müddəti keçib, cavab yoxdur | Silent past its day | count
-- column: waiting | Gözlənilir | Waiting | count
-- column: mismatched | Son günü təqvimlə uyğun deyil | Last day differs from the calendar | count
WITH judged AS (
  SELECT term_working_days,
    CASE
      WHEN response = 'opinion_received' AND response_at < $to AND response_day <= due_on THEN 'in_time'
      WHEN response = 'opinion_received' AND response_at < $to THEN 'late'
      WHEN response = 'deemed_agreed' AND response_at < $to THEN 'deemed'
      WHEN due_on < $last THEN 'silent'
      ELSE 'waiting'
    END AS state,
    due_on IS DISTINCT FROM due_by_calendar AS mismatched
  FROM opinions WHERE requested_at >= $from AND requested_at < $to AND ($line IS NULL OR line = $line)
),
counted AS (
  SELECT term_working_days, count(*) AS requested, count(*) FILTER (WHERE state = 'in_time') AS in_time, count(*) FILTER (WHERE state = 'late') AS late, count(*) FILTER (WHERE state = 'deemed') AS deemed, count(*) FILTER (WHERE state = 'silent') AS silent, count(*) FILTER (WHERE state = 'waiting') AS waiting,
    count(*) FILTER (WHERE mismatched) AS mismatched
  FROM judged GROUP BY term_working_days
)
SELECT term_working_days, requested, in_time, late, deemed, silent, waiting, mismatched FROM counted
  UNION ALL
  SELECT NULL, coalesce(sum(requested), 0), coalesce(sum(in_time), 0), coalesce(sum(late), 0), coalesce(sum(deemed), 0), coalesce(sum(silent), 0), coalesce(sum(waiting), 0), coalesce(sum(mismatched), 0) FROM counted
ORDER BY term_working_days NULLS LAST
