# Açar section.key mesajın adında section-key olur. Eyni adlar ../en qovluğunda da olmalıdır.

group-live = Canlı səhifə

live-title = Canlı
live-lead = Mərkəzin bu andakı vəziyyəti hədəflərlə müqayisədə.
live-at = Başqa ana bax (təlim üçün)
live-show = Göstər
live-bad_moment = «{ $v1 }» anı oxunmur və ya hələ gəlməyib. Bakı vaxtı ilə belə yazın: 2026-01-14T15:00
live-past = Bu, indi deyil: { $v1 } anı göstərilir.
live-past_line = O andan sonra baş verənlər nəzərə alınmayıb, səhifə yenilənmir.
live-back = İndiki vəziyyətə qayıt
live-every = Səhifə hər { $v1 } saniyədən bir yenilənir
live-pause = Yenilənməni dayandır
live-resume = Yenilənməni davam etdir
live-offline = Serverlə əlaqə yoxdur: göstərilənlər köhnə ola bilər. Son uğurlu yenilənmə:
live-signed_out = Sessiyanız başa çatıb, səhifə yenilənmir.
live-sign_in = Yenidən daxil olun
live-moment = Hesablanma anı: { $v1 }

live-unknown = Naməlum
live_state-fresh = Məlumat təzədir
live_state-stale = Məlumat köhnədir
live_state-none = Məlumat yoxdur
live-late = Məlumat { $v1 } gecikir
live-newest = ən yeni hadisə: { $v1 }, { $v2 } əvvəl
live-newest_at = ən yeni hadisə: { $v1 }
live-no_events = son 14 gündə heç bir zəng hadisəsi gəlməyib
live-closed = indi canlı xidmət saatlarından kənardır
live-seconds = { $v1 } san.
live-nothing = Bu gün hələ heç bir zəng daxil olmayıb. Zənglər gələn kimi burada görünəcək.
live-newest_day = Son zənglərin gününə bax: { $v1 }

live-now = İndi
live-level_last = Xidmət səviyyəsi, son { $v1 } dəqiqə
live-level_day = Xidmət səviyyəsi, bu gün
live-met = hədəf yerinə yetirilir
live-missed = hədəf yerinə yetirilmir
live-waiting = İndi gözləyən zənglər
live-longest = ən uzun gözləmə { $v1 } · növbədə: { $v2 }
live-nobody_waits = heç kim gözləmir
live-urgent_open = Ötürülməmiş təxirəsalınmazlar
live-of_urgent = bu gün qeyd edilib: { $v1 } · maşın eşidib, qeyd edilməyib: { $v2 }
live-callbacks_open = Əks əlaqə gözləyənlər
live-of_due = bu günün borcu: { $v1 } · icra edilib: { $v2 }
live-orders_due = Bu gün icra edilməli sifarişlər
live-overdue = gecikən: { $v1 }

live-targets = Hədəflər
live-targets_note = Son dəqiqələrdə hələ gözləyən və vaxtında cavablandırıla bilən zənglər sayılmır. Gün üzrə paylar əsas göstəricilərin özüdür.
live-figure = Göstərici
live-target = Hədəf
live-last = Son { $v1 } dəqiqə
live-today = Bu gün
live-whole_day = gün üzrə ölçülür

live-half_hours = Gün yarım saatlar üzrə
live-half_hour = Yarım saat
live-chart = Yarım saatlar üzrə cavablandırılan və itirilən zənglərin sütunları, daxil olan zənglərin xətti; eyni rəqəmlər aşağıdakı cədvəldədir
live-no_calls = Göstəriləcək zəng yoxdur.
live-in_time = Vaxtında
live-in_time_pct = Vaxtında, %

live-lines = Xətlər
live-lines_note = Gözləyən: daxil olub, hələ cavablandırılmayıb və itirilməyib. Uzun müddət açıq qalan zəng gözləyən sayılmır: onun sonu bildirilməyib.
live-line = Xətt
live-hours = Canlı xidmət
live-is_open = açıqdır
live-is_closed = bağlıdır
live-in_queue = Növbədə
live-longest_wait = Ən uzun gözləmə
live-ordered = Sifariş verən
live-untold = Sonu bildirilməyən

live-parts = Bu gün itirilən zənglər
live-part = Nə edilib
live-calls = Zəng
live-owed = əks əlaqə borcu

live-orders = Zəng sifarişləri
live-no_orders = Bu gün icra edilməli sifariş yoxdur.
live-ordered_at = Sifariş anı
live-due_on = Son gün
live-state = Vəziyyət
live-is_due = bu gün
live-is_overdue = gecikir

live-callbacks = Əks əlaqə gözləyən şəxslər
live-callbacks_note = Bu gün 10 saniyədən çox gözləyib itirilən, təkrar zəngi cavablandırılmayan və hələ əks zəng edilməyən şəxslər, ən köhnəsi birinci. Zəng edənin açarı qısaldılıb.
live-no_callbacks = Əks əlaqə gözləyən yoxdur.
live-lost_at = İtirilib
live-caller = Zəng edən
live-hidden = gizli nömrə
live-lost_calls = İtirilmiş zəng
live-waited = Gözləyib
live-remark = Qeyd
live-system_error = sistem xətası
live-more = Daha { $v1 } sətir göstərilmir.

live-urgent = Təxirəsalınmaz müraciətlər
live-no_urgent = Bu gün təxirəsalınmaz müraciət qeyd edilməyib, maşın da belə əlamət eşitməyib.
live-time = Saat
live-topic = Mövzu
live-since = Keçən müddət
live-escalated = Ötürülmə
live-passed = ötürülüb
live-passed_after = { $v1 } dəq. sonra ötürülüb
live-not_passed = ötürülməyib
live-new_urgent = Yeni təxirəsalınmaz müraciət: saat { $v1 }, xətt { $v2 }
live-new_heard = Maşın təxirəsalınmaz məsələ eşidib: saat { $v1 }, xətt { $v2 }
live-heard = maşın eşidib, müraciət qeyd edilməyib
live-heard_not_passed = dərhal ötürülmə eşidilməyib – yoxlayın
live-heard_passed = ötürülmə eşidilib
live-heard_unknown = ötürülüb-ötürülmədiyi eşidilmir – yoxlayın
