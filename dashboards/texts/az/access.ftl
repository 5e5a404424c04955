# Baxış jurnalı: kim nəyə baxıb, nəyi dəyişib.

access-title = Baxış jurnalı
access-lead = Kim, nə vaxt, nəyə baxıb və nəyi dəyişib. Ən yeni yazı birincidir. Bu səhifənin açılması da yazılır.
access-whole = { $n ->
    [one] Jurnal bütövdür: { $n } yazı, heç biri dəyişdirilməyib və çıxarılmayıb.
   *[other] Jurnal bütövdür: { $n } yazı, heç biri dəyişdirilməyib və çıxarılmayıb.
 }
access-broken = Jurnalın bütövlüyü pozulub ({ $v1 }). Verilənlər bazasının ehtiyat nüsxəsi ilə tutuşdurun.
access-check = Jurnalın bütövlüyünü yoxla
access-filters = Yazıların seçilməsi
access-any = Hamısı
access-system = Proqramın özü
access-person = Şəxs
access-role = Vəzifə
access-action = Əməl
access-kind = Obyekt
access-id = Obyektin nömrəsi
access-from = Bu gündən
access-to = Bu günədək
access-apply = Göstər
access-reset = Təmizlə
access-none = Bu seçimə uyğun yazı yoxdur.
access-number = №
access-at = Vaxt
access-detail = Təfərrüat
access-newer = Daha yeni
access-older = Daha köhnə
access-range = { $v1 } – { $v2 }
access-bad_day = «{ $v1 }» tarixi oxunmur; 2026-11-30 kimi yazın

role-system = Proqram
role-none = Tanınmayıb

action-login = Daxil olub
action-login_refused = Girişə buraxılmayıb
action-logout = Çıxıb
action-read = Baxıb
action-play = Dinləyib
action-export = Yükləyib
action-query = Sorğu verib
action-change = Dəyişib
action-refused = Buraxılmayıb

object-account = Hesab
object-answer = Sual-cavab qeydi
object-assessment = Qiymətləndirmə
object-audio = Səs yazısı
object-calibration = Kalibrləmə
object-call = Zəng
object-card = Nəticə kartı
object-complaint = Şikayət
object-correction = Mətnə düzəliş
object-discussion = Müzakirə
object-figure = Göstərici
object-form = Forma
object-stand_in = Əvəzetmə
object-employment = Əmək məlumatı
object-task = Rəhbərliyin tapşırığı
object-study = Rəy və ya araşdırma
object-form_draft = Formanın layihəsi
object-page = Səhifə
object-plan = Plan
object-proposal = Təklif
object-recommendation = Tövsiyə
object-rows = Sətirlər
object-session = Giriş
object-sql = SQL sorğusu
object-survey = Sorğu
object-survey_draw = Sorğuya dəvətlər
object-survey_participation = Sorğuda iştirak
object-training = Təlim
object-training_need = Təlim ehtiyacı
object-transcript = Mətn
