# Açar section.key mesajın adında section-key olur. Eyni adlar ../en qovluğunda da olmalıdır.

reviews-title = Etirazlar
reviews-waiting = { $n ->
    [one] { $n } etiraz qərar gözləyir
   *[other] { $n } etiraz qərar gözləyir
 }
reviews-none = Qərar gözləyən etiraz yoxdur.
reviews-due = Son gün
reviews-late = gecikib
reviews-points = Meyarlar
reviews-decided = Qərar verilənlər
reviews-decided_none = Hələ heç bir etiraza qərar verilməyib.
reviews-latest = Ən yeni { $v1 } qərar göstərilir.
reviews-rates = Etirazdan sonra dəyişən qiymətlər
reviews-rates_note = Qərar verilmiş bütün etirazlar üzrə, etiraz edilən meyarların sayı ilə. Ondan az olanda faiz yox, say göstərilir.
reviews-by_assessor = Qiymətləndirən üzrə
reviews-by_criterion = Meyar üzrə
reviews-criterion = Meyar
reviews-points_n = Etiraz edilən
reviews-overturned = Dəyişdirilən
reviews-share = Pay (95 % interval)

reviews-one = Etiraz
reviews-decide = Qərar
reviews-decide_line = Hər meyar üzrə qərar seçin və səbəbini yazın. İlkin qiymət saxlanılır və təmsilçiyə yenisi ilə yanaşı göstərilir.
reviews-decision = Qərar
reviews-new_mark = Yeni qiymət
reviews-why = Səbəb
reviews-save = Qərarı ver
reviews-void = Qiymətləndirməni bütövlükdə ləğv et
reviews-void_line = Ləğv edilən qiymətləndirmə heç bir hesaba daxil olmur. Bunu geri qaytarmaq olmur.
reviews-void_sure = Bütün qiymətləndirməni ləğv etdiyimi təsdiq edirəm
reviews-void_needs_sure = Ləğvi təsdiq edin.
reviews-needs_decision = Qərarı seçin.
reviews-needs_mark = Yeni qiyməti seçin.
reviews-needs_reason = Qərarın səbəbini yazın.
reviews-too_long = Mətn çox uzundur: 4000 işarədən çox olmasın.
reviews-mend = Qərar saxlanılmadı. İşarələnmiş yerləri düzəldin.
reviews-changed = Bu arada başqası bu qiymətləndirməni dəyişib. Yenidən baxın və qərarı təzədən göndərin.
reviews-own = Bu qiymətləndirməni siz vermisiniz və ya o sizin zənginizdir: etiraza başqa şəxs baxmalıdır.
reviews-assessor_said = Qiymətləndirənin qiyməti
