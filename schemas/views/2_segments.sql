-- view: segments
-- az: Söhbət mətninin hissələri, bir hissə bir sətirdir
-- en: Segments of the transcripts, one row a segment
SELECT call_id, transcript_id, language, model_id, position,
  segment['party'] AS party, segment['start_ms'] AS start_ms, segment['end_ms'] AS end_ms,
  segment['text'] AS text, segment['confidence'] AS confidence, month
FROM (
  SELECT call_id, transcript_id, language, model_id, month, unnest(segments) AS segment,
    unnest(range(0, CAST(array_length(segments) AS BIGINT))) AS position
  FROM transcripts
)
