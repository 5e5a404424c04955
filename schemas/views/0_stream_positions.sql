-- view: stream_positions
-- az: Axının oxunma yerləri: mövzunun hər bölməsi bir sətirdir (mövqelər və saylar göldəki cədvəlin öz jurnalındandır)
-- en: How far each table has read its topic; one row a partition. Positions and totals stand in the table's own log, in the commits of its rows (P2)
-- column: table_name | Cədvəl | Table
-- column: topic | Kafka mövzusu | Kafka topic
-- column: kafka_partition | Kafka bölməsi | Kafka partition
-- column: next_offset | Oxunacaq növbəti mesajın yeri | Next offset to read
-- column: since_offset | Hesabın açıldığı yer; hesab aparılmırsa, boşdur | First offset that is accounted for; empty where no account is kept
-- column: since_on | Hesabın açıldığı gün | Day on which the account was opened | Asia/Baku
-- column: repeats | Təkrar gəlib atılan mesajlar | Messages that were told before, and dropped
-- column: refused | İşlənməmiş məlumatlara göndərilən mesajlar | Messages that were sent to the dead letters
-- column: refused_at | Onların sonuncusunun göndərildiyi an | When the last of them were sent | UTC
-- column: unread | Oxunmamış yerlər: brokerin saxlama müddəti bitib | Offsets at which nothing was read: the broker had thrown the messages away
-- column: unread_at | Onların sonuncusunun görüldüyü an | When the last of them were seen | UTC
-- column: deleted | Saxlama qaydası ilə bütövlükdə silinmiş sətirlər | Rows that a retention rule took out as a whole
SELECT table_name, topic, kafka_partition, next_offset, since_offset, since_on, repeats, refused, refused_at, unread, unread_at, deleted
FROM log.positions
