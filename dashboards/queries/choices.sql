SELECT kind, value FROM (
  SELECT DISTINCT 'line' AS kind, line AS value FROM ref_lines
  UNION SELECT DISTINCT 'representative', representative FROM call_events WHERE representative IS NOT NULL
  UNION SELECT 'first', CAST(min(day) AS VARCHAR) FROM call_events
  UNION SELECT 'last', CAST(max(day) AS VARCHAR) FROM call_events
)
WHERE value IS NOT NULL
ORDER BY kind, value
