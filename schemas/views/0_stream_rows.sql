-- view: stream_rows
-- az: Bütün cədvəllərin sətirlərinin axındakı yerləri (bütün düzəlişlər daxil olmaqla)
-- en: Where the rows of all tables stood in the stream, every revision of them; one row a row
-- column: table_name | Cədvəl | Table
-- columns_of: call_events
SELECT 'access_log' AS table_name, topic, kafka_partition, kafka_offset, landed_at FROM access_log_all
UNION ALL
SELECT 'appeals' AS table_name, topic, kafka_partition, kafka_offset, landed_at FROM appeals_all
UNION ALL
SELECT 'application_sheets' AS table_name, topic, kafka_partition, kafka_offset, landed_at FROM application_sheets_all
UNION ALL
SELECT 'assessments' AS table_name, topic, kafka_partition, kafka_offset, landed_at FROM assessments_all
UNION ALL
SELECT 'audio_chunks' AS table_name, topic, kafka_partition, kafka_offset, landed_at FROM audio_chunks_all
UNION ALL
SELECT 'call_events' AS table_name, topic, kafka_partition, kafka_offset, landed_at FROM call_events_all
UNION ALL
SELECT 'dead_letters' AS table_name, topic, kafka_partition, kafka_offset, landed_at FROM dead_letters_all
UNION ALL
SELECT 'deletions' AS table_name, topic, kafka_partition, kafka_offset, landed_at FROM deletions_all
UNION ALL
SELECT 'evaluations' AS table_name, topic, kafka_partition, kafka_offset, landed_at FROM evaluations_all
UNION ALL
SELECT 'incidents' AS table_name, topic, kafka_partition, kafka_offset, landed_at FROM incidents_all
UNION ALL
SELECT 'recordings' AS table_name, topic, kafka_partition, kafka_offset, landed_at FROM recordings_all
UNION ALL
SELECT 'records' AS table_name, topic, kafka_partition, kafka_offset, landed_at FROM records_all
UNION ALL
SELECT 'staff_sessions' AS table_name, topic, kafka_partition, kafka_offset, landed_at FROM staff_sessions_all
UNION ALL
SELECT 'survey_responses' AS table_name, topic, kafka_partition, kafka_offset, landed_at FROM survey_responses_all
UNION ALL
SELECT 'transcripts' AS table_name, topic, kafka_partition, kafka_offset, landed_at FROM transcripts_all
