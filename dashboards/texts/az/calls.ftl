# Açar section.key mesajın adında section-key olur. Eyni adlar ../en qovluğunda da olmalıdır.

calls-title = Zənglər
calls-filters = Zənglərin seçilməsi
calls-total = { $v1 } zəng
calls-period = Dövr
calls-any_period = Bütün dövrlər
calls-line = Xətt
calls-any_line = Bütün xətlər
calls-outcome = Nəticə
calls-any_outcome = Hamısı
calls-representative = Təmsilçi
calls-any_representative = Hamısı
calls-evaluation = Qiymətləndirmə
calls-any_evaluation = Hamısı
calls-evaluated = Qiymətləndirilən
calls-not_evaluated = Qiymətləndirilməyən
calls-suspected = Kritik şübhə olan
calls-apply = Göstər
calls-reset = Təmizlə
calls-none = Hələ zəng yoxdur. Hadisələr daxil olduqca burada görünəcək.
calls-none_filtered = Bu seçimə uyğun zəng yoxdur.
calls-offered_at = Daxil olub
calls-wait = Gözləmə
calls-handle = Xidmət
calls-call = Zəngin nömrəsi
calls-has_recording = Səs yazısı var
calls-pages = Siyahının səhifələri
calls-previous = Əvvəlki
calls-next = Növbəti
calls-range = { $v1 } – { $v2 } / { $v3 }

outcome-answered = Cavablandırılıb
outcome-lost = İtirilib
outcome-ordered = Sifariş verib
outcome-open = Bitməyib
outcome-unknown = Hadisəsi yoxdur

evaluation-proposed = Təklif edilib
evaluation-critical_suspected = Kritik şübhə
evaluation-abstained = Qiymətləndirilməyib

lost_reason-abandoned_in_queue = növbədə gözləyərkən dəstəyi asıb
lost_reason-abandoned_in_ivr = səsli menyuda dəstəyi asıb
lost_reason-system_error = sistem xətası
lost_reason-refused = qəbul edilməyib
