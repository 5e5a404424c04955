-- figure: direction_pieces
-- group: calls
-- name_az: Cavablandırma istiqamətlərinin tərkib hissələri
-- name_en: Pieces that the directions of answering are made of
-- formula: every incoming call, lost call and move of a sheet of the period under the name of what it is to the directions; a call may stand under several
-- denominator: not a share
-- unit: calls and sheets
-- source: AR:218-242; definitions 5
-- params: period, line
-- window_days: 2
-- keys: piece
-- rows: calls, piece=immediate | true | incoming WHERE outcome = 'answered' AND offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line) AND call_id NOT IN (SELECT call_id FROM sheets WHERE call_id IS NOT NULL AND opened_at IS NOT NULL)
-- rows: calls, piece=with_sheet | true | incoming WHERE outcome = 'answered' AND offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line) AND call_id IN (SELECT call_id FROM sheets WHERE call_id IS NOT NULL AND opened_at IS NOT NULL)
-- rows: calls, piece=lost | true | incoming WHERE outcome = 'lost' AND offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- rows: calls, piece=unfinished | true | incoming WHERE outcome NOT IN ('answered', 'lost') AND offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- rows: calls, piece=lost_reached | true | lost_calls WHERE reached AND offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- rows: calls, piece=lost_redialled | true | lost_calls WHERE NOT reached AND part = 'redialled_answered' AND offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- rows: calls, piece=lost_no_contact | true | lost_calls WHERE NOT reached AND part <> 'redialled_answered' AND offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
-- rows: calls, piece=sheet_opened | true | sheet_moves WHERE kind = 'opened' AND moved_at >= $from AND moved_at < $to AND ($line IS NULL OR line = $line)
-- rows: calls, piece=sheet_reopened | true | sheet_moves WHERE kind = 'reopened' AND moved_at >= $from AND moved_at < $to AND ($line IS NULL OR line = $line)
-- rows: calls, piece=sheet_answered | true | sheet_moves WHERE kind = 'answered' AND moved_at >= $from AND moved_at < $to AND ($line IS NULL OR line = $line)
-- rows: calls, piece=sheet_forwarded | true | sheet_moves WHERE kind = 'forwarded' AND moved_at >= $from AND moved_at < $to AND ($line IS NULL OR line = $line)
-- rows: calls, piece=opened_live | true | sheet_moves WHERE kind = 'opened' AND origin = 'live' AND moved_at >= $from AND moved_at < $to AND ($line IS NULL OR line = $line) AND call_id IN (SELECT call_id FROM incoming WHERE outcome = 'answered' AND offered_at >= $from AND offered_at < $to)
-- rows: calls, piece=opened_elsewhere | true | sheet_moves WHERE kind = 'opened' AND origin = 'live' AND moved_at >= $from AND moved_at < $to AND ($line IS NULL OR line = $line) AND (call_id IS NULL OR call_id NOT IN (SELECT call_id FROM incoming WHERE outcome = 'answered' AND offered_at >= $from AND offered_at < $to))
-- rows: calls, piece=opened_in_callback | true | sheet_moves WHERE kind = 'opened' AND coalesce(origin, '') <> 'live' AND moved_at >= $from AND moved_at < $to AND ($line IS NULL OR line = $line)
-- column: piece | Hissə | Piece | code
-- column: calls | Say | Count | count
WITH sheeted AS (
  SELECT DISTINCT call_id FROM sheets WHERE call_id IS NOT NULL AND opened_at IS NOT NULL
),
pieces AS (
  SELECT i.line,
    CASE WHEN i.outcome = 'answered' AND s.call_id IS NULL THEN 'immediate' WHEN i.outcome = 'answered' THEN 'with_sheet'
      WHEN i.outcome = 'lost' THEN 'lost' ELSE 'unfinished' END AS piece
  FROM incoming i LEFT JOIN sheeted s ON s.call_id = i.call_id
  WHERE i.offered_at >= $from AND i.offered_at < $to AND ($line IS NULL OR i.line = $line)
  UNION ALL
  SELECT line, 'lost_' || CASE WHEN reached THEN 'reached' WHEN part = 'redialled_answered' THEN 'redialled' ELSE 'no_contact' END
  FROM lost_calls WHERE offered_at >= $from AND offered_at < $to AND ($line IS NULL OR line = $line)
  UNION ALL
  SELECT line, 'sheet_' || kind FROM sheet_moves WHERE moved_at >= $from AND moved_at < $to AND ($line IS NULL OR line = $line)
  UNION ALL
  SELECT m.line, CASE WHEN m.origin = 'live' AND i.call_id IS NOT NULL THEN 'opened_live' WHEN m.origin = 'live' THEN 'opened_elsewhere' ELSE 'opened_in_callback' END
  FROM sheet_moves m
  LEFT JOIN (SELECT call_id FROM incoming WHERE outcome = 'answered' AND offered_at >= $from AND offered_at < $to) i ON i.call_id = m.call_id
  WHERE m.kind = 'opened' AND m.moved_at >= $from AND m.moved_at < $to AND ($line IS NULL OR m.line = $line)
)
SELECT piece, count(*) AS calls FROM pieces GROUP BY piece
ORDER BY piece
