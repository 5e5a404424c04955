# Açar section.key mesajın adında section-key olur. Eyni adlar ../en qovluğunda da olmalıdır.

assessment_state-draft = Qaralama
assessment_state-published = Dərc edilib
assessment_state-seen = Baxılıb
assessment_state-acknowledged = Qəbul edilib
assessment_state-disputed = Etiraz edilib
assessment_state-upheld = Qüvvədə saxlanılıb
assessment_state-changed = Dəyişdirilib
assessment_state-voided = Ləğv edilib

purpose-random = Təsadüfi seçmə
purpose-risk = Risk üzrə
purpose-complaint = Şikayət üzrə
purpose-calibration = Kalibrləmə
purpose-review = Təkrar baxış

decision-upheld = Qüvvədə qalır
decision-changed = Dəyişdirilir
decision-voided = Ləğv edilir

role-representative = Təmsilçi
role-assessor = KT sektorunun əməkdaşı
role-lead = KT sektorunun müdiri
role-head = Sektor müdiri, rəis
role-management = Rəhbərlik
role-analyst = Analitik
role-administrator = İnzibatçı

assessment_action-begin = Başlanıb
assessment_action-judge = Meyar qiymətləndirilib
assessment_action-remark = Qeyd yazılıb
assessment_action-publish = Dərc edilib
assessment_action-see = Təmsilçi açıb
assessment_action-acknowledge = Təmsilçi qəbul edib
assessment_action-dispute = Etiraz edilib
assessment_action-decide = Etiraza qərar verilib

result-title = Qiymətləndirmə
result-facts = Qiymətləndirmə haqqında
result-score = Yekun bal
result-raw = Kritik səhv olmasa
result-before = Etirazdan əvvəl
result-gates = Kritik səhv
result-gates_line = Kritik səhv zəngin yekun balını sıfır edir.
result-critical = Kritik səhv
result-player = Səs yazısı
result-criteria = Meyarlar üzrə qiymətlər
result-weight = çəki { $v1 }
result-was = əvvəl: { $v1 }
result-became = indi: { $v1 }
result-na = aid deyil
result-undecided = –
result-comment = Qeyd
result-reason = Səbəb
result-general = Ümumi qeyd
result-objection = Etiraz
result-decision_reason = Qərarın səbəbi
result-opened = Etiraz tarixi
result-due = Qərar üçün son gün
result-decided = Qərar tarixi
result-voided_line = Qiymətləndirmə bütövlükdə ləğv edilib və heç bir hesaba daxil deyil.
result-to_call = Zəngin səhifəsi
result-representative = Təmsilçi
result-assessor = Qiymətləndirən

assessments-title = Qiymətləndirmələr
assessments-total = { $n ->
    [one] { $n } qiymətləndirmə
   *[other] { $n } qiymətləndirmə
 }
assessments-filters = Süzgəclər
assessments-any = Hamısı
assessments-from = Bu gündən
assessments-to = Bu günədək
assessments-apply = Göstər
assessments-reset = Sıfırla
assessments-none = Bu seçimə uyğun qiymətləndirmə yoxdur.
assessments-previous = Əvvəlki
assessments-next = Növbəti
assessments-bad_day = «{ $v1 }» tarixi oxunmur; 2026-11-30 kimi yazın
assessments-means = Təsadüfi seçilmiş zənglər üzrə orta bal
assessments-funnel = Təmsilçilər üzrə orta bal və təsadüfün həddi
assessments-funnel_note = Hər nöqtə bir təmsilçidir: üfüqi ox zənglərin sayı, şaquli ox orta baldır. Qırıq xətlər 95 %, bütöv xətlər 99,8 % həddidir. Hədlərin içindəki fərqi təsadüf izah edir: bu təmsilçilər bir-biri ilə müqayisə edilmir və sıralanmır.
assessments-funnel_few_people = Qrafik göstərilmir: müqayisə üçün təsadüfi seçilmiş zəngi olan ən azı iki təmsilçi lazımdır.
assessments-funnel_few_calls = Qrafik göstərilmir: { $n } təsadüfi zəng azdır, ən azı { $needed } lazımdır.
assessments-funnel_same = Qrafik göstərilmir: ballar dəyişmir, hədləri hesablamaq olmur.
assessments-axis_n = Zənglərin sayı (n)
assessments-axis_mean = Orta bal
assessments-target = orta bal { $v1 }
assessments-place = Yeri
assessments-place_inside = hədlərin içində
assessments-place_near = 95 % həddindən kənarda
assessments-place_outside = 99,8 % həddindən kənarda
assessments-limits = 99,8 % hədləri
assessments-table = Qrafikin cədvəli
assessments-history = Tarixçə
assessments-what = Nə edilib
assessments-who = Kim
assessments-when = Nə vaxt
assessments-versions = Variantlar
