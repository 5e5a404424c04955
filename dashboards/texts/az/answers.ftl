# Sual-cavab bazası: axtarış, yazılar, buraxılışlar.

answers-title = Sual-cavab bazası
answers-lead = Zəng zamanı cavabı tapın: suallar, cavablar və əsaslandıqları aktlar.
answers-new = Yeni yazı
answers-one = Yazı
answers-edit = Dəyiş
answers-edit_lead = Sual və cavabı müraciət edənə deyilən kimi yazın. Yazı qüvvəyə minənədək təmsilçilər onu görmür.
answers-edit_in_force = Bu yazı qüvvədədir: yadda saxlanılan dəyişikliyi təmsilçilər dərhal görür, əvvəlki buraxılış oxunaqlı qalır.
answers-search = Axtar
answers-find = Tap
answers-topic = Mövzu
answers-any_topic = Bütün mövzular
answers-lists = Yazıların siyahıları
answers-total = { $n ->
    [one] { $n } yazı
   *[other] { $n } yazı
 }
answers-partly = Bütün sözlər bir yazıda tapılmadı; ən çox uyğun gələnlər göstərilir.
answers-none = Burada yazı yoxdur.
answers-not_found = Heç nə tapılmadı. Sözün əvvəlini və ya başqa söz yazın.
answers-due = Baxılma vaxtı keçmiş yazılar
answers-own = sizin
answers-no_day = gün yoxdur
answers-question = Sual
answers-question_hint = Müraciət edənin soruşduğu kimi: 500 işarəyə qədər.
answers-answer = Cavab
answers-no_answer = Cavab hələ yazılmayıb.
answers-act = Əsas
answers-law = Akt
answers-clause = Maddə, bənd
answers-valid = Qüvvədədir
answers-valid_since = { $v1 } tarixindən
answers-valid_from = Qüvvədə olduğu ilk gün
answers-valid_until = Qüvvədə olduğu son gün
answers-until_hint = Müddətsizdirsə, boş saxlayın.
answers-owner = Cavabdeh
answers-owner_hint = Yazını aktual saxlayan şəxs.
answers-review_on = Yenidən baxılma
answers-review_hint = Boş saxlanılsa, qüvvəyə minəndə müddətə görə təyin edilir.
answers-overdue = vaxtı keçib
answers-topics = Mövzular
answers-errors = Hansı meyar üzrə səhvlər
answers-calls = Zənglər
answers-calls_hint = Zənglərin nömrələri, hər sətirdə biri. Qüsurlu və ya səciyyəvi zənglər.
answers-no_call = «{ $v1 }» nömrəli zəng tapılmadı. Nömrəni yoxlayın.
answers-suggest = Yazı təklif et
answers-sent = Yazdığınız bazanı aparan əməkdaşlara göndərildi.
answers-remark = Yazıda səhv və ya əksik var
answers-remark_line = Qeydiniz bazanı aparan əməkdaşlara göndərilir. Onlar baxana qədər yazı olduğu kimi qalır.
answers-remark_text = Nə düzgün deyil və ya nə çatışmır
answers-remark_send = Göndər
answers-remarks = Oxuyanların qeydləri
answers-remarks_line = Yazı dəyişdirilən və ya düzgünlüyü təsdiqlənən kimi qeydlər bağlanır.
answers-remarks_n = { $n ->
   *[other] { $n } qeyd
}
answers-reason = Səbəb
answers-force = Qüvvəyə mindir
answers-force_line = Qüvvəyə minən yazını bütün təmsilçilər axtarışda görür.
answers-keep = Yoxladım, düzgündür
answers-keep_line = Təsdiqlənən yazının növbəti baxılma günü müddətə görə irəli çəkilir.
answers-review = Yenidən baxışa götür
answers-review_line = Baxışda olan yazı yenidən qüvvəyə minənədək təmsilçilərə göstərilmir.
answers-withdraw = Bazadan çıxar
answers-withdraw_line = Çıxarılmış yazı geri qaytarılmır, buraxılışları oxunaqlı qalır.
answers-out_of_days = Yazı təsdiqlənib, lakin bu gün onun qüvvədə olduğu günlərə daxil deyil: təmsilçilər onu görmür.
answers-versions = Buraxılışlar
answers-version = Buraxılış
answers-now = İndiki hal
answers-old_line = Bu, yazının əvvəlki halıdır; müraciət edənlərə indiki hal üzrə cavab verilir.

answer_state-draft = Qaralama
answer_state-in_force = Qüvvədədir
answer_state-under_review = Baxışdadır
answer_state-withdrawn = Çıxarılıb

answer_action-draft = Yazılıb
answer_action-change = Dəyişdirilib
answer_action-put_in_force = Qüvvəyə minib
answer_action-keep = Düzgünlüyü təsdiqlənib
answer_action-review = Baxışa götürülüb
answer_action-remark = Oxuyan qeyd yazıb
answer_action-withdraw = Bazadan çıxarılıb

answer_wrong-question = Sualı yazın: 500 işarəyə qədər.
answer_wrong-answer = Cavabı yazın: 8000 işarəyə qədər.
answer_wrong-law = Aktın adını yazın: 200 işarəyə qədər.
answer_wrong-clause = Mətn çox uzundur: 200 işarədən çox olmasın.
answer_wrong-valid_until = Son gün ilk gündən əvvəl və ya artıq keçmiş olmamalıdır.
answer_wrong-owner = Bazanı aparan aktiv şəxsi seçin.
answer_wrong-criterion = Meyarları siyahıdan seçin.
answer_wrong-topics = Ən çoxu 50 mövzu seçin.
answer_wrong-errors = Ən çoxu 50 meyar seçin.
answer_wrong-calls = Ən çoxu 50 zəng yazın.
answer_wrong-remark = Qeydi yazın: 8000 işarəyə qədər.
answer_wrong-reason = Səbəbi yazın: 4000 işarəyə qədər.
