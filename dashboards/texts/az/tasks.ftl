# Rəhbərliyin tapşırıqları.

tasks-title = Tapşırıqlar
tasks-none = Hələ heç bir tapşırıq qeyd edilməyib.
tasks-new = Yeni tapşırıq
tasks-new_lead = Rəhbərliyin tapşırığı vaxtında və düzgün formada yerinə yetirilməlidir (ƏM 6.7.9). Təhvil verilənə qədər mətni dəyişdirmək olar.
tasks-name = Tapşırığın adı
tasks-text = Nə tapşırılıb
tasks-ordered_by = Kim tapşırıb
tasks-ordered_by_hint = Kim tapşırıb (varsa, sənədin nömrəsi və tarixi)
tasks-form = Hansı formada
tasks-form_hint = Nəticə hansı formada olmalıdır (arayış, cədvəl, təqdimat…)
tasks-responsible = Məsul şəxs
tasks-due_on = Son gün
tasks-give = Tapşırığı ver
tasks-made = Qeyd edilib
tasks-own = Bu tapşırığı siz təhvil vermisiniz: onu başqa şəxs qəbul etməlidir.
tasks-hand_over = Təhvil ver
tasks-result = Nə hazırlanıb və harada saxlanılır
tasks-judge = Qəbul et və ya geri qaytar
tasks-judgement = Qeyd: nəyə görə qəbul edilir və ya nə çatışmır
tasks-take = Qəbul et
tasks-give_back = Geri qaytar
tasks-reword = Tapşırığı dəyiş
tasks-withdraw = Tapşırığı ləğv et
tasks-why = Niyə ləğv edilir
tasks-handed_over = Təhvil verilib
tasks-given_back = Geri qaytarılıb
tasks-taken = Qəbul edilib
tasks-withdrawn = Ləğv edilib

task_state-given = Verilib
task_state-handed_over = Təhvil verilib
task_state-given_back = Geri qaytarılıb
task_state-taken = Qəbul edilib
task_state-withdrawn = Ləğv edilib

task_action-give = Tapşırıq verilib
task_action-reword = Tapşırıq dəyişdirilib
task_action-hand_over = Təhvil verilib
task_action-take = Qəbul edilib
task_action-give_back = Geri qaytarılıb
task_action-withdraw = Ləğv edilib

improve_wrong-ordered_by = Tapşırığı kimin verdiyini yazın, 200 işarədən çox olmasın.
improve_wrong-form = Nəticənin formasını yazın, 200 işarədən çox olmasın.
improve_wrong-responsible = Məsul şəxsi siyahıdan seçin.
improve_wrong-result = Nə hazırlandığını yazın, 4000 işarədən çox olmasın.
improve_wrong-judgement = Qeydi yazın, 4000 işarədən çox olmasın.
improve_wrong-why = Səbəbi yazın, 4000 işarədən çox olmasın.
