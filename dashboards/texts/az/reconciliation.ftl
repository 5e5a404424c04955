# Açar section.key mesajın adında section-key olur. Eyni adlar ../en qovluğunda da olmalıdır.

reconciliation-title = Tutuşdurma
reconciliation-laws = Axının qanunları
reconciliation-looked_at = baxılıb: { $v1 }
reconciliation-broken_by = pozuntu: { $v1 }
reconciliation-waiting = gözləyir: { $v1 }
reconciliation-see_rows = Sətirlərə bax
reconciliation-balance_lead = Oxunan hər mesaj ya sətirdir, ya saxlama qaydası ilə silinmiş sətir, ya təkrar, ya da işlənməmiş məlumat. Saylar hesabın açıldığı gündən bəridir, dövrdən asılı deyil.
reconciliation-nothing_read = Hələ heç bir mesaj oxunmayıb. Yazıcı mərhələ işləyəndə mövzular burada görünəcək.
reconciliation-topic = Mövzu və cədvəl
reconciliation-messages = Oxunan
reconciliation-share = Nə olub
reconciliation-due = Hazır olmalıdır
reconciliation-since = Hesab bu gündən
reconciliation-state = Hal
reconciliation-gaps_lead = Hər addımda gələn və onun ardınca hələ gəlməyən. Dövrə düşənlər sayılır; müddətlər təsdiqini gözləyən hədlərdir.
reconciliation-days = { $v1 } gün
reconciliation-days_hours = { $v1 } gün { $v2 } saat
reconciliation-hours = { $v1 } saat
reconciliation-hours_minutes = { $v1 } saat { $v2 } dəq
reconciliation-minutes = { $v1 } dəq

law_state-ok = Qaydasında
law_state-waiting = Gözləyir
law_state-broken = Pozulub
law_state-since = Hesab yoxdur
