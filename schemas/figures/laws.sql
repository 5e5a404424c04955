-- figure: laws
-- name_az: Axının qanunları
-- name_en: Laws of the stream
-- formula: broken = what breaks the law: rows missing or too many (P1), rows ahead of their position (P2), dead letters missing and messages unread of late (P3), topics made anew and refused (P7), gaps of the period that are overdue (P8); waiting = what is not due yet
-- formula_az: pozuntu = çatışmayan və artıq sətirlər (P1), mövqedən irəli sətirlər (P2), itmiş işlənməmişlər və bu günlərdə oxunmamış mesajlar (P3), yenidən yaradılıb rədd edilən mövzular (P7), dövrün vaxtı keçən boşluqları (P8); gözləyir = vaxtı hələ çatmayan
-- denominator: none
-- unit: rows and messages
-- source: laws P1, P2, P3, P7, P8
-- group: stream
-- params: period, now
-- window_days: 2
-- keys: law
-- rows: broken, law=P8 | date_part('epoch', CAST($now AS TIMESTAMP WITH TIME ZONE)) - date_part('epoch', waits_since) > due_after_min * 60 | gaps WHERE begun_at >= $from AND begun_at < $to
-- column: sort | № | No. | count
-- column: law | Qanun | Law | code
-- column: name_az | Qanun | Law | text_az
-- column: name_en | Qanun | Law | text_en
-- column: broken | Pozuntu | Broken by | count
-- column: waiting | Gözləyir | Waiting | number
-- column: state | Hal | State | code
-- column: remedy_az | Nə etməli | What to do | text_az
-- column: remedy_en | Nə etməli | What to do | text_en
-- column: shown_by | Göstərici | Shown by | code
--
-- P1, P2, P3 and P7 are judged over the whole account, P8 over the period. state: ok, waiting, broken.
WITH laws AS (
  SELECT column1 AS sort, column2 AS law, column3 AS name_az, column4 AS name_en, column5 AS remedy_az, column6 AS remedy_en, column7 AS shown_by
  FROM (VALUES
    (1, 'P1', 'Qəbul edilən hər hadisə düz bir sətirdir', 'Every accepted event is exactly one row', 'Sətirlər oxunanlardan az və ya çoxdur: cədvəl göldən kənarda dəyişdirilib. Göldə ehtiyat nüsxəni bərpa edin, ya da itənləri mənbədən yenidən göndərin', 'Rows are fewer or more than what was read: somebody else changed the table. Restore it, or publish again what is missing; repeats change nothing', 'stream_balance'),
    (2, 'P2', 'Sətirlər və oxunma yeri birlikdə yazılır', 'Rows and positions are committed together', 'Oxunma yerindən irəlidə sətirlər var: cədvələ Meyardan başqa kimsə yazır. Onu dayandırın, cədvəlin əvvəlki buraxılışını bərpa edin', 'There are rows ahead of the position: somebody else writes into the table. Stop them, and restore the version before', 'stream_balance'),
    (3, 'P3', 'Oxunan = sətirlər + təkrarlar + işlənməmişlər', 'Messages read = rows + repeats + dead letters', 'İşlənməmiş məlumatlar gölə çatmayıb, ya da broker oxunmamış mesajları silib: yazıcı mərhələnin jurnalına baxın, mövzunun retention.ms müddətini artırın', 'Dead letters did not reach the lake, or the broker threw messages away unread: look at the lander’s log, lengthen the topic’s retention.ms', 'stream_balance'),
    (4, 'P7', 'Yenidən yaradılan mövzu rədd edilir', 'A topic that was made anew is refused', 'Mövzu silinib yenidən yaradılıb və oxunmur: yeni MEYAR_TOPIC_PREFIX ilə oxuyun, ya da boş göldən başlayın', 'A topic was deleted and made anew, and is not read: land it under a new MEYAR_TOPIC_PREFIX, or start with an empty lake', 'stream_balance'),
    (5, 'P8', 'Səs yazılarının və nəticələrin tamlığı ölçülür', 'Completeness is measured, and nothing is overdue', 'Vaxtı keçən boşluqlar var: səs yazısı, mətn və ya qiymətləndirmə gəlməyib. Mərhələlərin jurnalına və işlənməmiş məlumatlara baxın (meyar deadletters list)', 'Something is overdue: audio, a transcript or an evaluation did not come. Look at the stages’ logs and at the dead letters (meyar deadletters list)', 'reconciliation')
  )
),
balance AS (
  SELECT coalesce(sum(rows_missing + rows_twice), 0) AS p1,
    coalesce(sum(rows_ahead), 0) AS p2,
    coalesce(sum(letters_missing + unread_lately), 0) AS p3,
    coalesce(sum(letters_waiting), 0) AS p3_waiting,
    coalesce(sum(recreated), 0) AS p7
  FROM figure_stream_balance
  WHERE kafka_partition IS NOT NULL
),
gaps_of_period AS (
  SELECT coalesce(sum(overdue), 0) AS p8, coalesce(sum(rows - overdue), 0) AS p8_waiting
  FROM figure_reconciliation
  WHERE due_after_min IS NOT NULL
),
counted AS (
  SELECT l.*,
    CASE l.law WHEN 'P1' THEN b.p1 WHEN 'P2' THEN b.p2 WHEN 'P3' THEN b.p3 WHEN 'P7' THEN b.p7 ELSE g.p8 END AS broken,
    CASE l.law WHEN 'P3' THEN b.p3_waiting WHEN 'P8' THEN g.p8_waiting ELSE 0 END AS waiting
  FROM laws l
  CROSS JOIN balance b
  CROSS JOIN gaps_of_period g
)
SELECT sort, law, name_az, name_en, broken, waiting,
  CASE WHEN broken > 0 THEN 'broken' WHEN waiting > 0 THEN 'waiting' ELSE 'ok' END AS state,
  remedy_az, remedy_en, shown_by
FROM counted
ORDER BY sort
