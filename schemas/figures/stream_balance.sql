-- figure: stream_balance
-- name_az: Axının balansı
-- name_en: Balance of the stream
-- formula: messages read = next offset − first offset accounted for − unread; messages read = rows + rows deleted by a retention rule + repeats + dead letters; what is missing or too many is told. The whole account, whatever the period
-- formula_az: oxunan mesajlar = növbəti yer − hesabın açıldığı yer − oxunmamış; oxunan mesajlar = sətirlər + saxlama qaydası ilə silinmiş sətirlər + təkrarlar + işlənməmiş məlumatlar; çatışmayan və artıq olan göstərilir. Dövrdən asılı olmayaraq bütün hesab üzrə
-- denominator: messages read since the account was opened
-- unit: messages
-- source: laws P1, P2, P3, P7
-- group: stream
-- params: period, now
-- total: kafka_partition
-- keys: topic, kafka_partition
-- base: (SELECT r.*, p.since_offset, p.next_offset FROM stream_rows r JOIN stream_positions p ON p.topic = r.topic AND p.kafka_partition = r.kafka_partition)
-- rows: rows | kafka_offset >= coalesce(since_offset, 0) AND kafka_offset < next_offset
-- rows: rows_ahead | kafka_offset >= next_offset
-- rows: dead_letters | true | (SELECT d.origin_topic AS topic, d.origin_partition AS kafka_partition, d.dead_letter_id, d.origin_offset, d.error_code, d.error_field, d.error_value, d.error_problem, d.error_remedy, d.event_time FROM dead_letters_all d JOIN stream_positions p ON p.topic = d.origin_topic AND p.kafka_partition = d.origin_partition WHERE d.stage = 'lander' AND d.error_code <> 'recreated_topic' AND d.origin_offset >= p.since_offset AND d.origin_offset < p.next_offset)
-- rows: recreated | true | (SELECT origin_topic AS topic, origin_partition AS kafka_partition, dead_letter_id, error_code, error_problem, error_remedy, event_time, landed_at FROM dead_letters_all WHERE stage = 'lander' AND error_code = 'recreated_topic')
-- column: table_name | Cədvəl | Table | code
-- column: topic | Mövzu | Topic | text
-- column: kafka_partition | Bölmə | Partition | number
-- column: since_on | Hesab bu gündən | Accounted for since | date
-- column: messages | Oxunan mesajlar | Messages read | number
-- column: rows | Sətirlər | Rows | count
-- column: deleted | Silinmiş sətirlər | Rows deleted by rule | number
-- column: repeats | Təkrarlar | Repeats | number
-- column: dead_letters | İşlənməmiş | Dead letters | count
-- column: unread | Oxunmamış | Unread | number
-- column: unread_lately | Bu günlərdə oxunmamış | Unread of late | number
-- column: rows_missing | Çatışmayan sətir | Rows missing | number
-- column: rows_twice | Artıq sətir | Rows too many | number
-- column: rows_ahead | Mövqedən irəli sətir | Rows ahead of the position | count
-- column: letters_waiting | Yolda olan işlənməmiş | Dead letters on their way | number
-- column: letters_missing | İtmiş işlənməmiş | Dead letters missing | number
-- column: recreated | Yenidən yaradılmış mövzu | Topic made anew | count
-- column: state | Hal | State | code
--
-- state: broken, waiting (dead letters are on their way to the lake), since (no account is kept: the table was read before there were any,
-- or its topic was made anew), ok. A dead letter is missing when it has not landed `reconcile_letter_due_min` after the last one was sent.
-- A refusal of a topic that was made anew is over when rows of another topic, or of that partition, land in the table.
WITH clock AS (
  SELECT max(date_part('epoch', CAST($now AS TIMESTAMP WITH TIME ZONE))) AS now_s,
    max(CASE WHEN threshold = 'reconcile_letter_due_min' THEN value END) AS letter_due_min,
    max(CASE WHEN threshold = 'reconcile_alarm_days' THEN value END) AS alarm_days
  FROM ref_thresholds
  WHERE valid_from <= CAST($now AS DATE) AND (valid_to IS NULL OR valid_to >= CAST($now AS DATE))
),
stood AS (
  SELECT r.topic, r.kafka_partition,
    count(*) FILTER (WHERE r.kafka_offset >= coalesce(p.since_offset, 0) AND r.kafka_offset < p.next_offset) AS rows,
    count(*) FILTER (WHERE r.kafka_offset >= p.next_offset) AS rows_ahead,
    max(r.landed_at) AS landed_at
  FROM stream_rows r
  JOIN stream_positions p ON p.topic = r.topic AND p.kafka_partition = r.kafka_partition
  GROUP BY r.topic, r.kafka_partition
),
letters AS (
  SELECT topic, kafka_partition, count(*) AS dead_letters
  FROM (
    SELECT DISTINCT p.topic, p.kafka_partition, d.origin_offset
    FROM dead_letters_all d
    JOIN stream_positions p ON p.topic = d.origin_topic AND p.kafka_partition = d.origin_partition
    WHERE d.stage = 'lander' AND d.error_code <> 'recreated_topic' AND d.origin_offset >= p.since_offset AND d.origin_offset < p.next_offset
  )
  GROUP BY topic, kafka_partition
),
anew AS (
  SELECT origin_topic AS topic, origin_partition AS kafka_partition, count(*) AS letters, max(landed_at) AS told_at
  FROM dead_letters_all
  WHERE stage = 'lander' AND error_code = 'recreated_topic'
  GROUP BY origin_topic, origin_partition
),
elsewhere AS (
  SELECT p.table_name, p.topic, max(s.landed_at) AS landed_at
  FROM stream_positions p
  JOIN stream_positions q ON q.table_name = p.table_name AND q.topic <> p.topic
  JOIN stood s ON s.topic = q.topic AND s.kafka_partition = q.kafka_partition
  GROUP BY p.table_name, p.topic
),
told AS (
  SELECT p.table_name, p.topic, p.kafka_partition, p.since_on,
    p.next_offset - p.since_offset - p.unread AS messages,
    coalesce(s.rows, 0) AS rows,
    p.deleted,
    p.repeats,
    p.refused,
    coalesce(l.dead_letters, 0) AS dead_letters,
    p.unread,
    CASE WHEN c.now_s - date_part('epoch', p.unread_at) < c.alarm_days * 86400 THEN p.unread ELSE 0 END AS unread_lately,
    p.next_offset - p.since_offset - p.unread - p.repeats - p.refused - p.deleted - coalesce(s.rows, 0) AS short_by,
    coalesce(s.rows_ahead, 0) AS rows_ahead,
    greatest(p.refused - coalesce(l.dead_letters, 0), 0) AS letters_short,
    coalesce(c.now_s - date_part('epoch', p.refused_at) > c.letter_due_min * 60, true) AS letters_due,
    CASE WHEN coalesce(s.landed_at > a.told_at, false) OR coalesce(e.landed_at > a.told_at, false) THEN 0
      ELSE coalesce(a.letters, 0) END AS recreated
  FROM stream_positions p
  CROSS JOIN clock c
  LEFT JOIN stood s ON s.topic = p.topic AND s.kafka_partition = p.kafka_partition
  LEFT JOIN letters l ON l.topic = p.topic AND l.kafka_partition = p.kafka_partition
  LEFT JOIN anew a ON a.topic = p.topic AND a.kafka_partition = p.kafka_partition
  LEFT JOIN elsewhere e ON e.table_name = p.table_name AND e.topic = p.topic
),
parted AS (
  SELECT table_name, topic, kafka_partition, since_on, messages, rows, deleted, repeats, dead_letters, unread, unread_lately,
    greatest(short_by, 0) AS rows_missing,
    greatest(-short_by, 0) AS rows_twice,
    rows_ahead,
    CASE WHEN letters_due THEN 0 ELSE letters_short END AS letters_waiting,
    CASE WHEN letters_due THEN letters_short ELSE 0 END AS letters_missing,
    recreated
  FROM told
),
summed AS (
  SELECT * FROM parted
  UNION ALL
  SELECT table_name, topic, NULL, max(since_on), sum(messages), sum(rows), sum(deleted), sum(repeats), sum(dead_letters), sum(unread), sum(unread_lately),
    sum(rows_missing), sum(rows_twice), sum(rows_ahead), sum(letters_waiting), sum(letters_missing), sum(recreated)
  FROM parted
  GROUP BY table_name, topic
)
SELECT *,
  CASE
    WHEN coalesce(rows_missing, 0) + coalesce(rows_twice, 0) + rows_ahead + coalesce(letters_missing, 0) + coalesce(unread_lately, 0) + recreated > 0
      THEN 'broken'
    WHEN letters_waiting > 0 THEN 'waiting'
    WHEN messages IS NULL THEN 'since'
    ELSE 'ok'
  END AS state
FROM summed
ORDER BY table_name, topic, kafka_partition IS NULL DESC, kafka_partition
