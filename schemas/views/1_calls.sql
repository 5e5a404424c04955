-- view: calls
-- az: Zənglər: hadisələrdən yığılmış, bir zəng bir sətirdir
-- en: Calls: one row a call, put together from its events in whatever order they came
-- column: call_id | Zəngin nömrəsi | Id of the call
-- column: line | Xətt | Line
-- column: structure | Xəttin arxasındakı qurum | Structure behind the line
-- column: caller_key | Zəng edənin nömrəsinin açarlı heşi; nömrə gizlidirsə, boşdur | Keyed hash of the caller's number; empty when hidden
-- column: direction | İstiqamət: inbound – daxil olan, outbound – mərkəzin zəngi | inbound, or outbound when the centre calls
-- column: returns | Hansı itirilmiş zəngə və ya sifarişə cavabdır | The lost call or order that is being returned
-- column: offered_at | Zəngin daxil olduğu an | When it was offered | UTC
-- column: queued_at | Növbəyə qoyulduğu an | When it entered the queue | UTC
-- column: answered_at | İlk cavab anı | When it was first answered | UTC
-- column: ended_at | Bitdiyi və ya itirildiyi an | When it ended or was lost | UTC
-- column: outcome | Nəticə: answered, ordered, lost, open (sonu hələ məlum deyil) | answered, ordered, lost, or open while its end has not been told
-- column: lost_reason | Cavabsız zəngin itirilmə səbəbi | Why it was lost; empty when answered
-- column: wait_ms | Cavaba qədər gözləmə | Wait until the answer | ms
-- column: waited_ms | İtirilənə qədər gözləmə (stansiyanın məlumatı) | Wait until it was lost, as the exchange told | ms
-- column: talk_ms | Söhbət, xətdə saxlama çıxılmaqla | Conversation without holds | ms
-- column: hold_ms | Xətdə saxlama | Time on hold | ms
-- column: wrap_up_ms | Zəngdən sonrakı iş; ölçülməyibsə, boşdur | After-call work; empty when not measured | ms
-- column: handle_ms | Xidmət müddəti: söhbət, saxlama və sonrakı iş | Handle time: talk, hold and after-call work | ms
-- column: representative | İlk cavab verən təmsilçi | Representative who answered first
-- column: location | İş yeri: hall – zal, remote – məsafədən | hall or remote
-- column: recorded | Səsi yazılmalı idimi | Whether it was marked as recorded
-- column: transferred | Yönləndirilibmi | Whether it was transferred
-- column: transferred_at | İlk yönləndirmə anı | First transfer | UTC
-- column: zero_pressed | Səsli menyuda 0 basılıb | 0 was pressed in the voice menu
-- column: off_hours | Canlı xidmət saatlarından kənarda yalnız səsli menyuda qalıb | Offered outside live hours and dealt with by the voice menu alone
-- column: in_time | Vaxtında qəbul həddində cavablandırılıb | Answered within the limit of its day
-- column: short | Qısa itirilmiş zəngdir | Lost within the short limit of its day
-- column: at_limit | Gözləmə düz qısa zəng həddi qədərdir | Lost after waiting exactly the short limit
-- column: day | Bakı vaxtı ilə daxil olduğu gün | Day of the offer in Baku | Asia/Baku
-- column: hour | Bakı vaxtı ilə daxil olduğu saat (0–23) | Hour of the offer in Baku, 0 to 23 | Asia/Baku
-- column: month | Bakı vaxtı ilə daxil olduğu ay (YYYY-MM) | Month of the offer in Baku | Asia/Baku
--
-- offered_at is the earliest `offered` (or, while that is not told yet, the earliest event); wait_ms runs from entering the queue, or
-- without a queue from being offered, to the first answer; handle_ms = talk + hold + after-call work. Times are of the first answer
-- to the end of the call, transfers included. day, hour and month are of offered_at in Baku. off_hours: offered outside live hours, and
-- dealt with by the voice menu alone. in_time, short and at_limit judge waits by the limits of the day.
--
-- To put calls together is most of what a report costs, so little is gathered of each event: times are made milliseconds when the call is
-- whole, and who answered first travels as one text behind its instant (of two answers in one millisecond, the lesser text).
WITH events AS (
  SELECT call_id, line, caller_key, kind, direction, returns, hold_phase, recorded, wrap_up_ms, lost_reason, waited_ms, ivr_key, event_time, day, hour,
    CASE WHEN hold_phase IS NOT NULL OR kind = 'answered' THEN CAST(round(date_part('epoch', event_time) * 1000) AS BIGINT) END AS at_ms,
    location, representative
  FROM call_events
),
gathered AS (
  SELECT call_id,
    min(line) FILTER (WHERE kind = 'offered') AS offered_line,
    min(line) AS any_line,
    max(caller_key) AS caller_key,
    max(direction) AS direction,
    max(returns) AS returns,
    min(event_time) FILTER (WHERE kind = 'offered') AS first_offered,
    min(event_time) AS first_event,
    min(day) FILTER (WHERE kind = 'offered') AS offered_day,
    min(day) AS first_day,
    min(hour) FILTER (WHERE kind = 'offered') AS offered_hour,
    min(hour) AS any_hour,
    min(event_time) FILTER (WHERE kind = 'queued') AS queued_at,
    min(event_time) FILTER (WHERE kind = 'answered') AS answered_at,
    max(event_time) FILTER (WHERE kind IN ('ended', 'lost')) AS ended_at,
    min(CASE WHEN kind = 'answered' THEN concat(CAST(100000000000000 + at_ms AS VARCHAR), location, '|', representative) END) AS answer,
    sum(CASE hold_phase WHEN 'started' THEN 1 WHEN 'ended' THEN -1 END) AS holds_open,
    sum(CASE hold_phase WHEN 'started' THEN -at_ms WHEN 'ended' THEN at_ms END) AS hold_sum,
    min(event_time) FILTER (WHERE kind = 'transferred') AS transferred_at,
    count(*) FILTER (WHERE kind = 'ivr_step' AND ivr_key = '0') AS zeros,
    count(*) FILTER (WHERE kind = 'lost') AS losses,
    count(*) FILTER (WHERE kind = 'ordered') AS orders,
    max(lost_reason) AS lost_reason,
    max(waited_ms) AS waited_ms,
    max(wrap_up_ms) AS wrap_up_ms,
    bool_or(recorded) AS recorded
  FROM events
  GROUP BY call_id
),
steps AS (
  SELECT *,
    nullif(split_part(substr(answer, 16), '|', 1), '') AS location,
    nullif(substr(answer, strpos(answer, '|') + 1), '') AS representative,
    CAST(round(date_part('epoch', first_offered) * 1000) AS BIGINT) AS offered_ms,
    CAST(round(date_part('epoch', first_event) * 1000) AS BIGINT) AS first_ms,
    CAST(round(date_part('epoch', queued_at) * 1000) AS BIGINT) AS queued_ms,
    CAST(round(date_part('epoch', answered_at) * 1000) AS BIGINT) AS answered_ms,
    CAST(round(date_part('epoch', ended_at) * 1000) AS BIGINT) AS ended_ms
  FROM gathered
),
timed AS (
  SELECT *,
    -- A queue entered after the answer belongs to a transfer.
    answered_ms - CASE WHEN queued_ms <= answered_ms THEN queued_ms ELSE coalesce(offered_ms, first_ms) END AS wait_ms,
    CASE
      WHEN coalesce(holds_open, 0) = 0 THEN coalesce(hold_sum, 0)
      WHEN holds_open = 1 THEN hold_sum + ended_ms
    END AS hold_ms,
    ended_ms - answered_ms AS connected_ms,
    CASE WHEN answered_ms IS NOT NULL THEN 'answered' WHEN orders > 0 THEN 'ordered' WHEN losses > 0 THEN 'lost' ELSE 'open' END AS outcome,
    coalesce(offered_line, any_line) AS line,
    coalesce(offered_day, first_day) AS day,
    coalesce(offered_hour, any_hour) AS hour,
    coalesce(direction, 'inbound') AS way
  FROM steps
)
SELECT t.call_id,
  t.line,
  l.short AS structure,
  t.caller_key,
  t.way AS direction,
  t.returns,
  coalesce(t.first_offered, t.first_event) AS offered_at,
  t.queued_at,
  t.answered_at,
  t.ended_at,
  t.outcome,
  CASE WHEN t.answered_ms IS NULL THEN t.lost_reason END AS lost_reason,
  t.wait_ms,
  CASE WHEN t.answered_ms IS NULL THEN t.waited_ms END AS waited_ms,
  t.connected_ms - t.hold_ms AS talk_ms,
  CASE WHEN t.answered_ms IS NOT NULL THEN t.hold_ms END AS hold_ms,
  t.wrap_up_ms,
  t.connected_ms + coalesce(t.wrap_up_ms, 0) AS handle_ms,
  t.representative,
  t.location,
  coalesce(t.recorded, false) AS recorded,
  t.transferred_at IS NOT NULL AS transferred,
  t.transferred_at,
  t.zeros > 0 AS zero_pressed,
  t.way = 'inbound' AND t.outcome IN ('ordered', 'lost') AND t.queued_ms IS NULL AND d.entered
    AND coalesce(t.lost_reason, '') NOT IN ('abandoned_in_queue', 'system_error')
    AND (h.line IS NULL OR t.hour * 60 + coalesce(t.offered_ms, t.first_ms) / 60000 % 60 NOT BETWEEN h.opens_minute AND h.closes_minute - 1)
    AS off_hours,
  coalesce(t.outcome = 'answered' AND t.wait_ms <= d.accept_ms, false) AS in_time,
  coalesce(t.outcome = 'lost' AND t.waited_ms <= d.lost_short_ms, false) AS short,
  coalesce(t.outcome = 'lost' AND t.waited_ms = d.lost_short_ms, false) AS at_limit,
  t.day,
  t.hour,
  substr(CAST(t.day AS VARCHAR), 1, 7) AS month
FROM timed t
LEFT JOIN ref_lines l ON l.line = t.line AND t.day >= l.valid_from AND (l.valid_to IS NULL OR t.day <= l.valid_to)
LEFT JOIN days d ON d.day = t.day
LEFT JOIN live_days h ON h.day = t.day AND h.line = t.line
