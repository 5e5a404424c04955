# Açar section.key mesajın adında section-key olur. Eyni adlar ../en qovluğunda da olmalıdır.

recommendation_state-given = Verilib
recommendation_state-seen = Oxunub
recommendation_state-done = İcra edilib
recommendation_state-measured = Təsiri ölçülüb
recommendation_state-withdrawn = Geri götürülüb

recommendation_action-give = Tövsiyə verilib
recommendation_action-see = Təmsilçi oxuyub
recommendation_action-finish = İcra qeyd edilib
recommendation_action-measure = Təsir qeyd edilib
recommendation_action-withdraw = Geri götürülüb

discussion_state-held = Təmsilçinin cavabı gözlənilir
discussion_state-confirmed = Təmsilçi təsdiq edib
discussion_state-objected = Təmsilçi etiraz edib
discussion_state-closed = Bağlanıb

discussion_action-hold = Müzakirə qeydə alınıb
discussion_action-confirm = Təmsilçi təsdiq edib
discussion_action-object = Təmsilçi etiraz edib
discussion_action-close = Bağlanıb

discussion_outcome-agreed = Razılaşıb
discussion_outcome-objected = Razılaşmayıb

discussion_answer-agreed = Təmsilçi qeydi oxuyub və təsdiq edib
discussion_answer-objected = Təmsilçi qeydi oxuyub və etiraz edib

proposal_state-drafted = Qaralama
proposal_state-sent = Göndərilib
proposal_state-accepted = Qəbul edilib
proposal_state-refused = Rədd edilib
proposal_state-effect_noted = Nəticəsi qeyd edilib

proposal_action-draft = Təklif yazılıb
proposal_action-reword = Mətn dəyişdirilib
proposal_action-send = Göndərilib
proposal_action-accept = Qəbul edilib
proposal_action-refuse = Rədd edilib
proposal_action-note_effect = Nəticə qeyd edilib

improve-recommendations = Tövsiyələr
improve-discussions = Müzakirələr
improve-proposals = Təkliflər
improve-open_n = { $n ->
    [one] { $n } açıq
   *[other] { $n } açıq
 }
improve-late_n = { $n ->
    [one] { $n } gecikib
   *[other] { $n } gecikib
 }
improve-late = gecikib
improve-only_open = Yalnız açıq olanlar
improve-only_late = Yalnız gecikənlər
improve-none_chosen = Bu seçimə uyğun heç nə yoxdur.
improve-due = Son gün
improve-by = Kim yazıb
improve-mend = Yadda saxlanılmadı. İşarələnmiş yeri düzəldin.
improve-changed = Bu arada başqası bunu dəyişib. Aşağıda indiki vəziyyət göstərilir: yenidən baxın və təkrar göndərin.
improve-state = İndiki vəziyyətdə bu addımı atmaq olmur. Səhifənin indiki vəziyyətinə baxın.
improve-own = Bu, sizin öz işinizdir: bu addımı başqa şəxs atmalıdır.

improve_wrong-assessment = Dərc edilmiş və ləğv edilməmiş qiymətləndirmə seçin.
improve_wrong-criterion = Formanın meyarını seçin. Bu qiymətləndirmədən həmin meyar üzrə açıq tövsiyə varsa, əvvəlcə onu bağlayın.
improve_wrong-text = Mətni yazın, 4000 işarədən çox olmasın.
improve_wrong-due_on = Bu gündən başlayaraq bir il içində bir gün seçin.
improve_wrong-note = Qeydi yazın, 4000 işarədən çox olmasın.
improve_wrong-conclusion = Gəldiyiniz nəticəni yazın, 4000 işarədən çox olmasın.
improve_wrong-calls = Təsiri ölçmək üçün zənglər hələ azdır.
improve_wrong-reason = Səbəbi yazın, 4000 işarədən çox olmasın.
improve_wrong-representative = Hesabı və ya nəticələri olan təmsilçini seçin.
improve_wrong-held_on = Müzakirənin keçirildiyi günü seçin; gələcək gün olmasın.
improve_wrong-assessments = Bu təmsilçinin müzakirə edilən qiymətləndirməsini və ya tövsiyəsini siyahıdan seçin.
improve_wrong-recommendations = Bu təmsilçiyə verilmiş tövsiyəni siyahıdan seçin.
improve_wrong-attended = Ən azı bir iştirakçını siyahıdan seçin.
improve_wrong-said_by_sector = Sektorun dediklərini yazın, 4000 işarədən çox olmasın.
improve_wrong-said_by_representative = Təmsilçinin dediklərini yazın; heç nə deməyibsə, bunu qeyd edin.
improve_wrong-outcome = Nəticəni seçin.
improve_wrong-answer = Niyə razı olmadığınızı yazın, 4000 işarədən çox olmasın.
improve_wrong-title = Adını yazın, 200 işarədən çox olmasın.
improve_wrong-based_on = 1 – 20 əsas göstərin, hər sətirdə bir əsas, 200 işarədən çox olmasın.
improve_wrong-addressee = Təklifin kimə ünvanlandığını yazın, 200 işarədən çox olmasın.
improve_wrong-decision = Qərarı seçin.
improve_wrong-decision_text = Qərarın əsaslandırmasını yazın, 4000 işarədən çox olmasın.
improve_wrong-effect = Təklifin nəticəsini yazın, 4000 işarədən çox olmasın.

recommendations-title = Təmsilçilərə tövsiyələr
recommendations-none = Hələ heç bir tövsiyə verilməyib. Tövsiyə dərc edilmiş qiymətləndirmənin səhifəsindən verilir.
recommendations-to_assessments = Qiymətləndirmələrə keçin
recommendations-criterion = Meyar
recommendations-text = Tövsiyə
recommendations-given = Verilib
recommendations-read = Təmsilçi oxuyub
recommendations-new = Yeni tövsiyə
recommendations-new_lead = Tövsiyə bir meyar üzrədir və dərc edilmiş qiymətləndirməyə əsaslanır. Təmsilçi onu öz səhifəsində görür.
recommendations-no_ground = Əvvəlcə tövsiyənin əsaslandığı qiymətləndirməni seçin.
recommendations-ground = Əsas götürülən qiymətləndirmə
recommendations-voided = Bu qiymətləndirmə ləğv edilib və ya təmsilçisi bilinmir: ona tövsiyə əsaslana bilməz.
recommendations-has_open = Bu təmsilçinin açıq tövsiyələri var:
recommendations-choose_criterion = Meyarı seçin
recommendations-due_on = Son gün (həmin gün daxil)
recommendations-what_to_do = Nə etməli
recommendations-give = Tövsiyəni ver
recommendations-give_line = Verilən tövsiyənin mətni dəyişdirilmir, yalnız geri götürülə bilər.
recommendations-one = Tövsiyə
recommendations-not_read = Təmsilçi tövsiyəni hələ oxumayıb. İcra yalnız oxunandan sonra qeyd edilir.
recommendations-done = İcra barədə qeyd
recommendations-withdrawn = Geri götürülmənin səbəbi
recommendations-finish = İcranı qeyd et
recommendations-note = Nə edilib
recommendations-finish_do = İcra edilib
recommendations-withdraw = Tövsiyəni geri götür
recommendations-withdraw_why = Geri götürülmənin səbəbi
recommendations-mine = Tövsiyələrim
recommendations-mine_none = Sizə hələ tövsiyə verilməyib.
recommendations-unread = { $n ->
    [one] { $n } oxunmamış tövsiyə
   *[other] { $n } oxunmamış tövsiyə
 }
recommendations-i_read = Oxudum

effect-title = Sonrakı təsadüfi zənglərdə təsir
effect-few = Təsir göstərilmir: bu meyar üzrə təsadüfi seçilmiş zənglər tövsiyədən əvvəl { $v1 }, sonra { $v2 } olub. Hər iki tərəfdə ən azı { $v3 } zəng lazımdır.
effect-whose = Kim
effect-own = Bu təmsilçi
effect-others = Tövsiyə almayanlar
effect-beside = Onlara nisbətən fərq
effect-before = Əvvəl: tam qiymətlərin payı
effect-after = Sonra: tam qiymətlərin payı
effect-difference = Fərq, faiz bəndi
effect-interval = 95 % interval
effect-drawn = İnterval və sıfır
effect-before_mean = Əvvəl: orta qiymət
effect-after_mean = Sonra: orta qiymət
effect-rose_beside = Tam qiymətlərin payı bu təmsilçidə tövsiyə almayanlara nisbətən daha çox artıb; fərqi təsadüf izah etmir.
effect-fell_beside = Tam qiymətlərin payı bu təmsilçidə tövsiyə almayanlara nisbətən azalıb; fərqi təsadüf izah etmir.
effect-unsure_beside = Tövsiyə almayanlara nisbətən fərqi təsadüf də izah edə bilər: interval sıfırı əhatə edir.
effect-rose_alone = Tam qiymətlərin payı artıb və bunu təsadüf izah etmir. Müqayisə olmadığı üçün artımın tövsiyədən irəli gəldiyini demək olmur.
effect-fell_alone = Tam qiymətlərin payı azalıb və bunu təsadüf izah etmir. Müqayisə olmadığı üçün səbəbini demək olmur.
effect-unsure_alone = Fərqi təsadüf də izah edə bilər: interval sıfırı əhatə edir.
effect-others_n = { $n ->
    [one] Müqayisə: bu meyar üzrə tövsiyə almamış { $n } təmsilçi, eyni müddət.
   *[other] Müqayisə: bu meyar üzrə tövsiyə almamış { $n } təmsilçi, eyni müddət.
 }
effect-no_others = Müqayisə göstərilmir: bu meyar üzrə tövsiyə almamış təmsilçilərin həmin müddətdə zəngi azdır.
effect-undated = { $n ->
    [one] Vaxtı bilinməyən { $n } zəng sayılmayıb.
   *[other] Vaxtı bilinməyən { $n } zəng sayılmayıb.
 }
effect-also = { $n ->
    [one] Bu təmsilçiyə həmin meyar üzrə daha { $n } tövsiyə verilib: dəyişikliyi yalnız bu tövsiyəyə aid etmək olmaz.
   *[other] Bu təmsilçiyə həmin meyar üzrə daha { $n } tövsiyə verilib: dəyişikliyi yalnız bu tövsiyəyə aid etmək olmaz.
 }
effect-note = Yalnız təsadüfi seçilmiş, dərc edilmiş, ləğv edilməmiş və formanın eyni buraxılışı ilə qiymətləndirilmiş zənglər sayılır. Zəng danışığın vaxtına görə tövsiyədən əvvələ və ya sonraya aid edilir. Fərqlərin intervalı Nyukomb üsulu ilədir.
effect-regression = Tövsiyə adətən pis nəticədən sonra verilir, pis nəticədən sonrakı isə tövsiyəsiz də çox vaxt orta səviyyəyə qayıdır. Buna görə əsas götürülən qiymətləndirmə sayılmır və dəyişiklik tövsiyə almayanlarla müqayisə edilir.
effect-record = Təsiri qeyd et
effect-record_line = Göstərilən rəqəmlər nəticənizlə birlikdə saxlanılır və sonrakı zənglərlə dəyişmir.
effect-record_do = Qeyd et
effect-conclusion = Nəticə

discussions-title = Nəticələrin müzakirəsi
discussions-none = Hələ heç bir müzakirə qeydə alınmayıb.
discussions-waiting = { $n ->
    [one] { $n } qeyd təmsilçinin cavabını gözləyir
   *[other] { $n } qeyd təmsilçinin cavabını gözləyir
 }
discussions-yours = { $n ->
    [one] { $n } qeyd cavabınızı gözləyir
   *[other] { $n } qeyd cavabınızı gözləyir
 }
discussions-held_on = Keçirildiyi gün
discussions-topics = Nə müzakirə edilib
discussions-attended = İştirak edənlər
discussions-attended_beside = Təmsilçidən başqa iştirak edənlər
discussions-outcome = Müzakirənin nəticəsi
discussions-made_by = Qeydi aparan
discussions-assessments_n = { $n ->
    [one] { $n } qiymətləndirmə
   *[other] { $n } qiymətləndirmə
 }
discussions-recommendations_n = { $n ->
    [one] { $n } tövsiyə
   *[other] { $n } tövsiyə
 }
discussions-assessment = { $v1 }, { $v2 }, bal { $v3 }
discussions-recommendation = Tövsiyə: { $v1 } – { $v2 }
discussions-new = Müzakirəni qeydə al
discussions-new_lead = Keçirilmiş müzakirənin qeydi. Təmsilçi onu öz səhifəsində oxuyur və təsdiq və ya etiraz edir.
discussions-choose = Seç
discussions-choose_representative = Təmsilçini seçin
discussions-choose_first = Əvvəlcə təmsilçini seçin: ona aid qiymətləndirmələr və tövsiyələr burada görünəcək.
discussions-nothing = Bu təmsilçinin dərc edilmiş qiymətləndirməsi və tövsiyəsi yoxdur: müzakirə ediləcək nəticə yoxdur.
discussions-no_account = Bu təmsilçinin işləyən hesabı yoxdur: hesab açılana qədər qeydi təsdiq edə bilməyəcək.
discussions-what = Müzakirə edilənlər
discussions-assessments = Qiymətləndirmələr
discussions-when_and_who = Vaxt və iştirakçılar
discussions-said = Deyilənlər
discussions-by_sector = Sektorun dedikləri
discussions-by_representative = Təmsilçinin dedikləri
discussions-by_you = Sizin dedikləriniz
discussions-hold = Qeydi saxla
discussions-hold_line = Saxlanılan qeyd dəyişdirilmir: razı olmayan təmsilçi öz sözünü əlavə edir.
discussions-one = Müzakirə
discussions-meeting = Müzakirə haqqında
discussions-waits = Təmsilçi hələ cavab verməyib. Qeyd yalnız cavabdan sonra bağlanır.
discussions-answer = Təmsilçinin cavabı
discussions-closed = Bağlanma
discussions-close = Müzakirəni bağla
discussions-close_note = Qeyd (istəyə görə)
discussions-close_objected = Etiraz üzrə nə edilib
discussions-close_do = Bağla
discussions-mine = Müzakirələrim
discussions-mine_none = Sizinlə keçirilmiş müzakirə hələ qeydə alınmayıb.
discussions-your_word = Sizin cavabınız
discussions-your_word_line = Cavab bir dəfə verilir və sizin imzanız sayılır. Etiraz edirsinizsə, səbəbini yazın.
discussions-your_text = Sözünüz
discussions-agree = Oxudum, təsdiq edirəm
discussions-object = Etiraz edirəm

proposals-title = Keyfiyyətin yüksəldilməsi üzrə təkliflər
proposals-none = Hələ heç bir təklif yazılmayıb.
proposals-name = Təklifin adı
proposals-addressee = Kimə ünvanlanıb
proposals-changed = Son dəyişiklik
proposals-new = Yeni təklif
proposals-new_lead = Təklif göstəricilərə və ya qiymətləndirmələrə əsaslanır. Göndərilənə qədər mətni dəyişdirmək olar.
proposals-text = Təklif
proposals-based_on = Nəyə əsaslanır
proposals-based_on_hint = Hər sətirdə bir əsas: göstəricinin kodu, qiymətləndirmənin nömrəsi, bu saytın səhifəsi (/ ilə başlayır) və ya öz sözlərinizlə.
proposals-due_on = Cavab üçün son gün
proposals-save_draft = Qaralamanı saxla
proposals-draft_line = Qaralama göndərilənə qədər qərara verilmir.
proposals-save = Yadda saxla
proposals-one = Təklif
proposals-made = Yazılıb
proposals-sent = Göndərilib
proposals-figure = Göstərici: { $v1 }
proposals-assessment = Qiymətləndirmə: { $v1 }
proposals-send = Göndər
proposals-send_line = Göndəriləndən sonra mətni dəyişdirmək olmur.
proposals-reword = Mətni dəyiş
proposals-own = Bu təklifi siz yazmısınız, dəyişmisiniz və ya göndərmisiniz: qərarı başqa şəxs verməlidir.
proposals-waits = Təklif qərar gözləyir. Qərarı təklifin hazırlanmasında iştirak etməyən rəhbər verir.
proposals-decide = Qərar ver
proposals-decision_text = Qərarın əsaslandırılması
proposals-accept = Qəbul et
proposals-refuse = Rədd et
proposals-decision = Qərar
proposals-note_effect = Nəticəni qeyd et
proposals-effect_text = Təklif nə verdi
proposals-note_do = Qeyd et
proposals-effect = Nəticə
