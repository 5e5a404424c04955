# Kalibrləmə: eyni zəngi bir neçə nəfərin bir-birindən xəbərsiz qiymətləndirməsi, razılaşdırılmış qiymət, razılıq və sürüşmə.

calibration-title = Kalibrləmə
calibration-lead = Eyni zəngləri bir neçə əməkdaş bir-birindən xəbərsiz qiymətləndirir, sonra fərqlər müzakirə olunur və qayda ilə birlikdə vahid qiymət razılaşdırılır.
calibration-new = Yeni kalibrləmə
calibration-none = İştirak etdiyiniz kalibrləmə yoxdur. Sizə həvalə ediləndə burada görünəcək.
calibration-none_made = Hələ kalibrləmə yoxdur. «Yeni kalibrləmə» ilə zəngləri və iştirakçıları seçin.
calibration-name = Adı
calibration-state = Vəziyyət
calibration-due = Son gün
calibration-handed = Təhvil verilib
calibration-calls = Zənglər
calibration-people = İştirakçılar
calibration-made_by = Tərtib edən
calibration-made = Tərtib edib: { $v1 }, { $v2 }
calibration-your_work = Sizin işiniz
calibration-yours = { $n ->
    [one] { $n } zəng qalıb
   *[other] { $n } zəng qalıb
 }

calibration-new_lead = Bir müzakirəyə adətən üç–beş zəng kifayət edir. İştirakçılar nə bir-birinin qiymətini, nə də maşının təklifini görür.
calibration-what = Kalibrləmə
calibration-due_day = Qiymətləndirmə üçün son gün (daxil olmaqla)
calibration-which = Zənglər
calibration-which_note = Zənglərin nömrələrini yazın və ya təsadüfi seçilməsini istəyin. Hər zəng üçün formanı maşının təklifi, o yoxdursa, zəngin günü müəyyən edir.
calibration-source = Seçilmə
calibration-seed = Açar söz
calibration-ids = Zənglərin nömrələri
calibration-ids_hint = Hər sətirdə bir nömrə; vergül və boşluqla da ayırmaq olar.
calibration-at_random = Təsadüfi seçiləcəksə
calibration-count = Zəng sayı
calibration-hands = İştirakçılar
calibration-hands_note = Özünün cavablandırdığı zəngi heç kim qiymətləndirmir. Hər zəngi ən azı iki nəfər qiymətləndirməlidir.
calibration-make = Kalibrləməni başlat
calibration-make_note = İştirakçılar dərhal qiymətləndirməyə başlaya bilər.
calibration-mend = Kalibrləmə başlanmadı. İşarələnmiş yerləri düzəldin.
calibration-wrong_name = Adını yazın: 1–120 işarə.
calibration-wrong_due = Bugünkü və ya sonrakı günü seçin.
calibration-wrong_hands = Ən azı iki iştirakçı seçin.
calibration-wrong_source = Zənglərin necə seçiləcəyini göstərin.
calibration-wrong_ids = Ən azı bir, ən çoxu { $v1 } zəng nömrəsi yazın.
calibration-wrong_long = Zənglər ən çoxu { $v1 } günün içindən seçilir. Günləri azaldın.
calibration-wrong_few = Bu günlərdə seçilə bilən { $v1 } zəng var, { $v2 } istənilib. Sayı azaldın və ya başqa günlər seçin.
calibration-wrong_call = { $v1 }: belə zəng yoxdur, yaxud nə səs yazısı, nə də mətni var.
calibration-wrong_own = { $v1 } zəngini iki nəfər qiymətləndirə bilmir: seçilənlərdən biri onu özü cavablandırıb. Daha bir iştirakçı seçin.

calibration-facts = Kalibrləmənin məlumatları
calibration-compared_at = Müqayisə tarixi
calibration-blind = Hamı təhvil verənədək, yaxud rəhbər qiymətləndirməni bağlayanadək heç kim başqasının qiymətini görmür. Aşağıda yalnız kimin nə qədər təhvil verdiyi göstərilir.
calibration-own = Sizin zəngləriniz
calibration-decided = Qiymətləndirilən meyar
calibration-begin = Başla
calibration-go_on = Davam et
calibration-own_waiting = Gözləyir
calibration-own_begun = Başlanıb
calibration-own_handed = Təhvil verilib
calibration-own_out = Təhvil verilməyib
calibration-hand_in = Təhvil ver
calibration-hand_in_hint = Kalibrləmədir: təmsilçi bunu görmür, nəticələrə daxil edilmir. Təhvil verdikdən sonra dəyişmək olmur.
calibration-compare = Qiymətləndirməni bağla və müqayisə et
calibration-missing = { $n ->
    [one] { $n } qiymətləndirmə hələ təhvil verilməyib və sayılmayacaq.
   *[other] { $n } qiymətləndirmə hələ təhvil verilməyib və sayılmayacaq.
 }
calibration-withdraw = Kalibrləməni ləğv et
calibration-withdraw_note = Hələ heç kim təhvil verməyib: bağlansa, heç bir hesaba daxil olmayacaq.
calibration-close = Kalibrləməni bağla
calibration-close_note = Bağlandıqdan sonra razılaşdırılmış qiymətlər dəyişdirilmir.
calibration-compare_title = Müqayisə
calibration-compare_note = Zəngi açın: hər meyar üzrə kim nə qiymət verib və nə razılaşdırılıb.
calibration-wait_master = Bütün zənglər üzrə razılaşdırılmış qiymətlər yazılandan sonra hər kəsin sərtliyi göstərilir.
calibration-scored = Qiymətləndirən
calibration-differing = Fərqli meyar
calibration-range = Balların aralığı
calibration-master_marks = Razılaşdırılıb
calibration-master_score = Razılaşdırılmış bal
calibration-severity = Razılaşdırılmış baldan fərq
calibration-severity_note = Mənfi fərq sərtliyi, müsbət fərq yumşaqlığı göstərir. Sıfır intervalın içindədirsə, sərtlik sübut olunmayıb. Siyahı əlifba ilədir, reytinq deyil.
calibration-difference = Orta fərq, bal
calibration-difference_one = Fərq, bal
calibration-interval = 95 % interval
calibration-exact = Tam üst-üstə düşən

calibration-compare_one = Müqayisə
calibration-machine = Maşının təklifi
calibration-master = Razılaşdırılmış qiymət
calibration-rule_and_reason = Qayda və səbəb
calibration-differs = fərqli
calibration-agree_title = Razılaşdırılmış qiymətlər
calibration-agree_note = Fərqli qiymət verilən hər meyar üçün düzgün qiyməti, onu müəyyən edən qaydanı və səbəbi yazın. Qayda sonradan oxşar hallarda hamının istinad edəcəyi cümlədir.
calibration-agree = Razılaşdırılmış qiymətləri saxla
calibration-agree_hint = Seçilməyən meyarlar açıq qalır, sonra davam etmək olar.
calibration-all_same = Bütün meyarlar üzrə hamı eyni qiymət verib.
calibration-same = { $n ->
    [one] Hamının eyni qiymət verdiyi { $n } meyar
   *[other] Hamının eyni qiymət verdiyi { $n } meyar
 }
calibration-rule = Qayda
calibration-reason = Səbəb
calibration-needs_mark = Qiyməti seçin.
calibration-needs_rule = Hansı qaydanın bunu müəyyən etdiyini yazın: hamı bu qiyməti verməyib.
calibration-needs_reason = Səbəbini yazın.
calibration-needs_lowest = Kritik səhv olan meyarın qiyməti 0 olmalıdır.
calibration-mend_master = Saxlanılmadı. İşarələnmiş yerləri düzəldin.

calibration_state-open = Qiymətləndirilir
calibration_state-compared = Müqayisə olunur
calibration_state-agreed = Razılaşdırılıb
calibration_state-closed = Bağlanıb

calibration_source-ids = Nömrələr üzrə
calibration_source-published = Dərc edilmiş qiymətləndirmələrdən təsadüfi
calibration_source-lake = Bütün zənglərdən təsadüfi

agreement-title = Razılıq
agreement-lead = Qiymətləndirənlər bir-biri ilə, maşın isə insanlarla nə dərəcədə razıdır. Meyar üzrə iki dəfə qiymətləndirilmiş ən azı { $n } zəng olmadan rəqəm göstərilmir.
agreement-filters = Forma və dövr
agreement-people = İnsan – insan
agreement-people_note = Kalibrləmələr və iki əməkdaşın bir-birindən xəbərsiz qiymətləndirdiyi zənglər.
agreement-machine_blind = Maşın – razılaşdırılmış qiymət
agreement-machine_blind_note = Kalibrləmələrdə maşının təklifi razılaşdırılmış qiymətlə tutuşdurulur. Qiymətləndirənlər təklifi görməmişdilər: maşının ən etibarlı ölçüsü budur.
agreement-machine_work = Maşın – gündəlik qiymətləndirmə
agreement-machine_work_note = Təsadüfi seçilmiş, dərc edilmiş qiymətləndirmələrdə maşının təklifi əməkdaşın verdiyi qiymətlə tutuşdurulur. Əməkdaş təklifi görürdü, ona görə razılıq əslində olduğundan yüksək görünür.
agreement-calls = { $n ->
    [one] Müqayisə olunan { $n } zəng.
   *[other] Müqayisə olunan { $n } zəng.
 }
agreement-n = Zəng (n)
agreement-raw = Üst-üstə düşən
agreement-ac1 = Gwet AC1
agreement-alpha = Krippendorff α
agreement-hint = Oxunuşu
agreement-few = Hələ azdır: ən azı { $needed } zəng lazımdır, daha { $more } zəng çatışmır.
agreement-all_same = bütün qiymətlər eynidir
agreement-hint_none = müəyyən deyil
agreement-hint_reliable = etibarlı
agreement-hint_tentative = ilkin nəticə üçün
agreement-hint_weak = zəif
agreement-read = Kiçik yazı 95 % intervaldır (zənglərin 1000 təkrar seçməsi). AC1 və α təsadüfi uyğunluğu çıxır; demək olar ki, hamı tam qiymət alanda üst-üstə düşmə yüksək, α isə aşağı ola bilər, ona görə üçü birlikdə göstərilir. Oxunuş yalnız ipucudur.
agreement-drift = Sərtlik və sürüşmə
agreement-drift_note = Hər əməkdaşın balı ilə razılaşdırılmış bal arasındakı fərq, kalibrləmədən kalibrləməyə (EWMA: son kalibrləmə daha çox çəkiyə malikdir). Xətt hədlərdən kənara çıxanda dəyişikliyi təsadüf izah etmir. Boş dairə həmin kalibrləmənin öz orta fərqidir.
agreement-drift_none = Razılaşdırılmış qiymətləri tamamlanan kalibrləmə hələ yoxdur.
agreement-drift_few = Qrafikin hədləri üçün razılaşdırılmış qiyməti olan daha { $more } qiymətləndirmə lazımdır.
agreement-drift_once = Sürüşmə üçün ən azı iki kalibrləmə və fərqlənən ballar lazımdır.
agreement-chart = Sürüşmə qrafiki
agreement-table = Qrafikin cədvəli
agreement-smoothed = Hamarlanmış fərq
agreement-inside = hədlərin içində
agreement-severe = sərtləşir
agreement-mild = yumşalır
