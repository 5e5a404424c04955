# Rəylər, təhlillər, təcrübə üzrə qeydlər.

studies-title = Rəylər və araşdırmalar
studies-none = Hələ heç nə yazılmayıb.
studies-new = Yeni araşdırma
studies-new_lead = Akt layihələrinə rəylər, qanunvericiliyin təhlili, beynəlxalq təcrübə və səmərəliliyə təsir edən amillər (ƏM 3.0.7, 4.0.5, 6.7.4, 6.8.2).
studies-name = Adı
studies-nature = Növü
studies-text = Mətn
studies-source = Mənbə
studies-source_hint = Hansı akt, məktub və ya nəşr üzrə
studies-link = Ünvan (varsa)
studies-open = Mənbəni aç
studies-due_on = Son gün (istənilibsə)
studies-finished = Tamamlanıb
studies-finish = Tamamlandı
studies-rewrite = Mətni dəyiş
studies-withdraw = Geri götür
studies-withdraw_line = Geri götürülən yazı siyahıda qalır və daha dəyişdirilmir.

study_nature-opinion = Akt layihəsinə rəy
study_nature-draft_act = Hüquqi akt layihəsi
study_nature-analysis = Qanunvericiliyin təhlili
study_nature-practice = Beynəlxalq təcrübə, araşdırma
study_nature-efficiency = Səmərəliliyə təsir edən amillər

study_state-drafted = Qaralama
study_state-finished = Tamamlanıb
study_state-withdrawn = Geri götürülüb

study_action-write = Yazılıb
study_action-rewrite = Mətn dəyişdirilib
study_action-finish = Tamamlanıb
study_action-withdraw = Geri götürülüb

improve_wrong-nature = Növünü siyahıdan seçin.
improve_wrong-source = Mənbəni yazın, 200 işarədən çox olmasın.
improve_wrong-link = Ünvanı https:// ilə yazın və ya boş saxlayın.
