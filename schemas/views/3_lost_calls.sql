-- view: lost_calls
-- az: İtirilmiş zənglər və görülmüş işlər: hər zəng beş hissədən yalnız birindədir
-- en: Lost calls and what was done about them: each is in exactly one of five parts
-- columns_of: calls
-- column: lost_reason | İtirilmə səbəbi | Why it was lost
-- column: part | Beş hissədən biri: waited_under_10s, redialled_answered, called_back, system_error, not_called_back | One of five parts: waited_under_10s, redialled_answered, called_back, system_error, not_called_back
-- column: reached | Əks zəngdə şəxslə danışılıbmı | Whether the callback reached the person
-- column: due | Şəxsə əks əlaqə borcu yaranıbmı | Whether a callback is owed
-- column: person | Zəng edənin açarı, nömrə gizlidirsə, zəngin özü | The caller's key, or the call itself where the number is hidden
--
-- The first rule that fits decides (schemas/figures/README.md). due: one callback a person is owed; person is the caller, or the call itself
-- where the number is hidden.
WITH lost AS (
  SELECT * FROM incoming WHERE outcome = 'lost'
),
unlucky AS (
  SELECT DISTINCT caller_key, day FROM lost WHERE caller_key IS NOT NULL
),
-- Few callers lose a call: only theirs are looked through.
answered_again AS (
  SELECT c.caller_key, c.day, max(c.offered_at) AS last_at
  FROM unlucky l JOIN calls c ON c.caller_key = l.caller_key AND c.day = l.day
  WHERE c.direction = 'inbound' AND c.outcome = 'answered'
  GROUP BY c.caller_key, c.day
),
called_by_key AS (
  SELECT caller_key, day, max(offered_at) AS last_at, max(offered_at) FILTER (WHERE outcome = 'answered') AS last_reached_at
  FROM calls WHERE direction = 'outbound' AND caller_key IS NOT NULL
  GROUP BY caller_key, day
),
called_by_name AS (
  SELECT returns, day, max(offered_at) AS last_at, max(offered_at) FILTER (WHERE outcome = 'answered') AS last_reached_at
  FROM calls WHERE direction = 'outbound' AND returns IS NOT NULL
  GROUP BY returns, day
),
matched AS (
  SELECT l.call_id, l.line, l.structure, l.caller_key, l.offered_at, l.day, l.month, l.hour, l.waited_ms, l.lost_reason, l.short, l.at_limit,
    coalesce(a.last_at > l.offered_at, false) AS redialled,
    coalesce(k.last_at > l.offered_at, false) OR coalesce(n.last_at > l.offered_at, false) AS called_back,
    coalesce(k.last_reached_at > l.offered_at, false) OR coalesce(n.last_reached_at > l.offered_at, false) AS reached_any
  FROM lost l
  LEFT JOIN answered_again a ON a.caller_key = l.caller_key AND a.day = l.day
  LEFT JOIN called_by_key k ON k.caller_key = l.caller_key AND k.day = l.day
  LEFT JOIN called_by_name n ON n.returns = l.call_id AND n.day = l.day
),
parted AS (
  SELECT *,
    CASE
      WHEN short THEN 'waited_under_10s'
      WHEN redialled THEN 'redialled_answered'
      WHEN called_back THEN 'called_back'
      WHEN lost_reason = 'system_error' THEN 'system_error'
      ELSE 'not_called_back'
    END AS part
  FROM matched
)
SELECT call_id, line, structure, caller_key, offered_at, day, month, hour, waited_ms, lost_reason, short, at_limit, part,
  part = 'called_back' AND reached_any AS reached,
  part IN ('called_back', 'system_error', 'not_called_back') AS due,
  coalesce(caller_key, call_id) AS person
FROM parted
