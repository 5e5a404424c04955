# Açar section.key mesajın adında section-key olur. Eyni adlar ../en qovluğunda da olmalıdır.

call-title = Zəng
call-suspected = İnsan təsdiqi lazımdır.
call-suspected_line = Maşın kritik səhvdən şübhələnir. Dəlilləri dinləyin: yalnız insan təsdiq və ya rədd edə bilər.
call-player = Səs yazısı
call-play = Dinlə
call-pause = Fasilə
call-position = Yazıdakı yer
call-speed = Sürət
call-space = boşluq
call-key_play = dinlə / saxla
call-no_recording = Bu zəngin səs yazısı yoxdur.
call-sound_deleted = Səs yazısının saxlanma müddəti bitib, yazı silinib.
call-text_deleted = Söhbət mətninin saxlanma müddəti bitib, mətn silinib.
call-transcript = Söhbətin mətni
call-made_by = Model { $v1 }, dil { $v2 }, orta əminlik { $v3 }
call-nothing_said = Yazıda nitq eşidilməyib.
call-no_transcript = Bu zəngin mətni hələ yoxdur.
call-facts = Zəng haqqında
call-events = Zəngin gedişi
call-verdicts = Meyarlar üzrə qiymətlər
call-proposal = Maşının təklifidir; qərarı insan verir.
call-coverage = formanın çəkisinin { $v1 }-i qiymətləndirilib
call-form = { $v1 }, buraxılış { $v2 }
call-no_evaluation = Bu zəng hələ qiymətləndirilməyib.
call-blind = Bu zəngi hələ kalibrləmədə qiymətləndirməlisiniz: siz təhvil verənədək maşının nə təklif etdiyi göstərilmir, yoxsa ölçülən razılıq sizin öz rəyiniz olmaz.
call-score = { $v1 } bal
call-unsure = əminlik { $v1 }
call-lost_reason = Səbəb
call-wait = Gözləmə
call-talk = Söhbət
call-hold = Xətdə saxlama
call-wrap_up = Sonrakı iş
call-handle = Xidmət müddəti
call-representative = Təmsilçi
call-location = İş yeri
call-direction = İstiqamət
call-not_found = «{ $v1 }» nömrəli zəng tapılmadı. Nömrəni yoxlayın və ya siyahıdan seçin.
call-skip_silence = Sükutu keç
call-loop = Təkrarla
call-keys = Klaviatura
call-keys_page = Səhifə
call-close = Bağla
call-key_back = 5 saniyə geri
call-key_forward = 5 saniyə irəli
call-key_next = növbəti hissə
call-key_previous = əvvəlki hissə
call-key_slower = daha yavaş
call-key_faster = daha sürətli
call-key_loop = seçilən yeri və ya cari hissəni təkrarla
call-key_skip = heç kimin danışmadığı yerləri keç
call-key_unmark = saxla və seçimi ləğv et
call-key_help = bu siyahı
call-unplayable = Səs yazısı açılmadı. Səhifəni yeniləyin; yenə açılmasa, inzibatçıya bildirin.
call-parts = Səhifənin hissələri
call-verdicts_short = Qiymətlər
call-search = Mətndə axtar
call-search_previous = Əvvəlki uyğunluq
call-search_next = Növbəti uyğunluq
call-search_none = tapılmadı
call-follow = Dinlənilən yerə qayıt

state-abstained = Qiymətləndirilmədi
state-suspected = Şübhəli – insan təsdiqi lazımdır

mark-not_applicable = aid deyil
mark-abstained = –
mark-suspected = !

party-representative = Təmsilçi
party-caller = Zəng edən
party-mixed = Hər iki tərəf

event-offered = Daxil oldu
event-ivr_step = Səsli menyu
event-queued = Növbəyə qoyuldu
event-answered = Cavab verildi
event-hold_started = Xətdə saxlanıldı
event-hold_ended = Söhbətə qayıdıldı
event-transferred = Yönləndirildi
event-ended = Bitdi
event-lost = İtirildi

detail-wrap_up = sonrakı iş { $v1 }
detail-waited = { $v1 } gözləyib
detail-recorded = səs yazılıb
detail-not_recorded = səs yazılmayıb
detail-returns = { $v1 } zənginə cavab

ended_by-caller = zəng edən bitirdi
ended_by-representative = təmsilçi bitirdi
ended_by-system = sistem bitirdi

location-hall = zal
location-remote = məsafədən

direction-inbound = daxil olan
direction-outbound = mərkəzin zəngi

transfer_kind-line = xətt
transfer_kind-queue = növbə
transfer_kind-representative = təmsilçi
transfer_kind-external = kənar nömrə

flag-gap = yazıda boşluq var
flag-truncated = yazı kəsilib
flag-short = yazı çox qısadır
flag-silent = nitq yoxdur
flag-caller_silent = zəng edən eşidilmir
flag-representative_silent = təmsilçi eşidilmir
flag-incomplete_audio = yazı tam deyil
flag-one_channel = tərəflər bir kanaldadır

call-corrected = düzəldilib
call-first_words = Maşının yazdığı
call-correct = Düzəliş et
call-key_correct = Eşidilən sözləri düzəlt
call-correct_save = Yadda saxla
call-correct_cancel = Ləğv et
call-correct_words = Deyilən sözlər
call-correct_failed = Düzəliş saxlanılmadı
