# Təmsilçilərdən və mərkəzin xidmətindən şikayətlər.

complaints-title = Şikayətlər
complaints-lead = Təmsilçilərdən və mərkəzin xidmətindən şikayətlər: araşdırma, tədbir, müraciət edənə cavab. Şikayət edilən şəxs öz haqqındakı şikayəti görmür.
complaints-new = Yeni şikayət
complaints-new_lead = Müraciət edənin adını yazmayın. Zəng göstərilərsə, onu cavablandıran təmsilçi qeydlərdən götürülür.
complaints-note = Qeydə al
complaints-one = Şikayət
complaints-lists = Şikayətlərin siyahıları
complaints-open = Baxılanlar
complaints-closed = Bağlananlar
complaints-total = { $n ->
    [one] { $n } şikayət
   *[other] { $n } şikayət
 }
complaints-late = gecikib
complaints-late_n = { $v1 } gecikib
complaints-none = Burada şikayət yoxdur.
complaints-received_on = Daxil olub
complaints-channel = Daxil olma yolu
complaints-kind = Məzmun
complaints-about = Təmsilçi
complaints-about_hint = Zəng göstərilibsə, boş saxlayın.
complaints-nobody = Göstərilmir
complaints-call = Zəng
complaints-call_hint = Zəngin nömrəsi, məlumdursa.
complaints-wish = Müraciət edənin istəyi
complaints-wish_hint = Nədən narazıdır və nə istəyir. Ad, telefon və digər şəxsi məlumat yazmayın.
complaints-due = Son gün
complaints-state = Vəziyyət
complaints-noted_by = Qeydə alan
complaints-no_call = «{ $v1 }» nömrəli zəng tapılmadı. Nömrəni yoxlayın və ya boş saxlayın.
complaints-other_representative = Həmin zəngi { $v1 } cavablandırıb. Başqa təmsilçi seçməyin.
complaints-investigation = Araşdırma
complaints-investigate = Araşdırmanın nəticəsi
complaints-investigate_line = Şikayət edilən şəxs araşdıra bilməz.
complaints-investigate_do = Nəticəni yaz
complaints-finding = Nəticə
complaints-found_text = Araşdırmada nə məlum olub
complaints-investigator = Araşdıran
complaints-investigated_on = Araşdırma tarixi
complaints-specialist = Cəlb edilmiş mütəxəssis
complaints-specialist_hint = Dəvət edilibsə: adı, vəzifəsi.
complaints-act = Tədbir
complaints-act_which = Nə edilir
complaints-measure = Təsvir
complaints-measure_hint = Görülən tədbir və ya Nazirliyə göndərilən məktubun nömrəsi və məzmunu.
complaints-measure_title = Görülən tədbir
complaints-sent_title = Nazirliyə göndərilib
complaints-answer_do = Müraciət edənə cavab
complaints-answer_line = Cavabın verildiyi gün şikayətin bağlandığı gündür.
complaints-answer_title = Müraciət edənə verilən cavab
complaints-answered_on = Cavabın verildiyi gün
complaints-answer = Nə deyilib
complaints-withdraw = Şikayəti geri götür
complaints-withdraw_line = Müraciət edən şikayətdən imtina edibsə və ya səhvən qeydə alınıbsa.
complaints-withdraw_reason = Geri götürülmənin səbəbi
complaints-to_need = Təlim ehtiyacı qeyd et
complaints-note_of_call = Şikayət qeydə al

complaint_state-received = Daxil olub
complaint_state-investigated = Araşdırılıb
complaint_state-measure_taken = Tədbir görülüb
complaint_state-sent = Nazirliyə göndərilib
complaint_state-answered = Cavab verilib
complaint_state-withdrawn = Geri götürülüb

complaint_kind-conduct = Təmsilçinin davranışı
complaint_kind-correctness = Cavabın düzgünlüyü və tamlığı
complaint_kind-confidentiality = Məlumatın məxfiliyi
complaint_kind-waiting = Gözləmə müddəti və əlçatanlıq
complaint_kind-service = Xidmətin digər tərəfi

complaint_channel-call = Zəng
complaint_channel-written = Yazılı müraciət
complaint_channel-electronic = Elektron müraciət
complaint_channel-reception = Qəbul
complaint_channel-survey = Rəy sorğusu
complaint_channel-ministry = Nazirlikdən

complaint_finding-confirmed = Təsdiqlənib
complaint_finding-partly = Qismən təsdiqlənib
complaint_finding-not_confirmed = Təsdiqlənməyib

complaint_act-measure = Tədbir görülür
complaint_act-ministry = Nazirliyə göndərilir

complaint_action-note = Qeydə alınıb
complaint_action-investigate = Araşdırılıb
complaint_action-measure = Tədbir görülüb
complaint_action-send = Nazirliyə göndərilib
complaint_action-answer = Cavab verilib
complaint_action-withdraw = Geri götürülüb

complaint_wrong-received_on = Daxil olduğu günü yazın; gələcək gün olmasın.
complaint_wrong-wish = Müraciət edənin istəyini yazın: 4000 işarəyə qədər.
complaint_wrong-representative = Bu şikayət sizin haqqınızdadır: onu başqası qeydə almalıdır.
complaint_wrong-investigator = Şikayət edilən şəxs ola bilməz: başqa aktiv şəxsi seçin.
complaint_wrong-text = Araşdırmanın nəticəsini yazın: 4000 işarəyə qədər.
complaint_wrong-specialist = Mətn çox uzundur: 200 işarədən çox olmasın.
complaint_wrong-measure = Nə edildiyini yazın: 4000 işarəyə qədər.
complaint_wrong-answered_on = Şikayətin daxil olduğu gün ilə bu gün arasında bir gün seçin.
complaint_wrong-answer = Müraciət edənə nə deyildiyini yazın: 4000 işarəyə qədər.
complaint_wrong-reason = Səbəbi yazın: 4000 işarəyə qədər.
