-- view: live_days
-- az: Canlı xidmət günləri: xətt üzrə açılış və bağlanış
-- en: Days of live service: when each line opens and closes, in minutes of Baku's day
-- columns_of: days
-- column: line | Xətt | Line
-- column: opens_minute | Açılış, günün dəqiqəsi | Opening, as a minute of the day | min
-- column: closes_minute | Bağlanış, günün dəqiqəsi (xidmətdən kənar ilk an) | Closing, as a minute of the day: the first moment outside | min
SELECT d.day, h.line, d.midnight_ms,
  CAST(substr(h.opens, 1, 2) AS BIGINT) * 60 + CAST(substr(h.opens, 4, 2) AS BIGINT) AS opens_minute,
  CAST(substr(h.closes, 1, 2) AS BIGINT) * 60 + CAST(substr(h.closes, 4, 2) AS BIGINT) AS closes_minute
FROM days d
JOIN ref_live_hours h ON h.weekday = d.weekday AND h.valid_from <= d.day AND (h.valid_to IS NULL OR h.valid_to >= d.day)
WHERE d.working
