-- view: segments
-- az: Söhbət mətninin hissələri, bir hissə bir sətirdir
-- en: Segments of the transcripts, one row a segment
-- columns_of: transcripts
-- column: position | Hissənin mətndəki yeri, 0-dan | Place of the segment in the transcript, from 0
-- column: party | Danışan: representative, caller, mixed | Who speaks: representative, caller or mixed
-- column: start_ms | Hissənin başlanğıcı | Start of the segment | ms
-- column: end_ms | Hissənin sonu | End of the segment | ms
-- column: text | Deyilənlər | What was said
-- column: confidence | Hissənin əminliyi | Confidence of the segment | 0–1
SELECT call_id, transcript_id, language, model_id, position,
  segment['party'] AS party, segment['start_ms'] AS start_ms, segment['end_ms'] AS end_ms,
  segment['text'] AS text, segment['confidence'] AS confidence, month
FROM (
  SELECT call_id, transcript_id, language, model_id, month, unnest(segments) AS segment,
    unnest(range(0, CAST(array_length(segments) AS BIGINT))) AS position
  FROM transcripts
)
