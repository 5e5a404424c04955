# Mərkəzin keyfiyyəti: maşının bütün zənglərə verdiyi bal, təsadüfi seçilmiş zənglərdə insanın balı və düzəldilmiş orta.

estimates-title = Mərkəzin keyfiyyəti
estimates-lead = Üç rəqəm yan-yana: maşın bütün zəngləri qiymətləndirir, amma səhv edir; insan düzgün qiymətləndirir, amma az zəngi; düzəldilmiş orta ikisini birləşdirir.
estimates-to_funnel = Təmsilçilər üzrə nəticələr və huni qrafiki
estimates-none = Bu dövrdə qiymətləndirilmiş zəng yoxdur. Başqa dövr və ya xətt seçin.
estimates-centre = Mərkəzin orta balı
estimates-chart = Üç orta bal və onların 95 % intervalları
estimates-number = Rəqəm
estimates-interval = 95 % interval
estimates-n = Əsasında duran zənglər
estimates-means = Nə deməkdir
estimates-machine = Maşın, bütün zənglər
estimates-machine_means = Maşının bal verdiyi bütün zənglərin ortası. Zəng çoxdur, ona görə interval dardır, amma maşının sistemli səhvi burada görünmür; kritik səhvi də maşın təsdiq etmir. Təklifdir, qərar deyil.
estimates-people = İnsan, təsadüfi zənglər
estimates-people_means = Təsadüfi seçilmiş zənglərə insanın verdiyi yekun balların ortası (kritik səhv olan zəng 0-dır). Düzgündür, amma zəng az olduqca interval genişdir.
estimates-corrected = Düzəldilmiş orta
estimates-corrected_means = Maşının ortası üstəgəl təsadüfi zənglərdə insanla maşın arasındakı orta fərq (prediction-powered mean, Angelopoulos və b., 2023). Maşın səhv etsə də yerini tapır, çünki fərqi insan ölçür; maşın yaxşıdırsa, interval insanınkından dar olur.
estimates-of_all = { $v1 } zəngin balı var, { $v2 } qiymətləndirilib
estimates-of_random = { $v1 } təsadüfi zəng
estimates-of_both = hər ikisi üzrə { $v1 } zəng, maşın üzrə { $v2 } zəng
estimates-few = Hələ rəqəm yoxdur: ən azı { $needed } təsadüfi zəng lazımdır, daha { $more } zəng çatışmır.
estimates-nothing = Rəqəm yoxdur: bal azdır və ya hamısı eynidir, interval hesablanmır.
estimates-weighted = Zənglər fərqli ehtimalla seçilib, ona görə hər zəng ehtimalının tərsi qədər çəkiyə malikdir (Hájek).
estimates-all_unknown = Zənglərin seçilmə ehtimalı bilinmir: hamısı eyni ehtimalla seçilmiş sayılıb.
estimates-unknown = { $n ->
    [one] Seçilmə ehtimalı bilinməyən { $n } təsadüfi zəng hesaba daxil edilməyib.
   *[other] Seçilmə ehtimalı bilinməyən { $n } təsadüfi zəng hesaba daxil edilməyib.
 }
estimates-left_out = { $n ->
    [one] Kəsişən planlarda iki dəfə seçilmiş zənglərin { $n } təkrar qiymətləndirməsi hesaba daxil edilməyib: bir zəng bir dəfə, əvvəl dərc edilmiş qiymətlə sayılır.
   *[other] Kəsişən planlarda iki dəfə seçilmiş zənglərin { $n } təkrar qiymətləndirməsi hesaba daxil edilməyib: bir zəng bir dəfə, əvvəl dərc edilmiş qiymətlə sayılır.
 }
estimates-random_only = Yalnız təsadüfi seçilmiş, dərc edilmiş və ləğv edilməmiş qiymətləndirmələr daxildir. Risk, şikayət, təkrar baxış və kalibrləmə üzrə zənglər heç bir rəqəmə daxil deyil. Rəqəmlər planların əhatə etdiyi zənglərə aiddir; formanın buraxılışları qarışdırılmır. İnsanlar qiymət verəndə maşının təklifini görürdülər; maşının qiymətləndirə bilmədiyi və planların toxunmadığı zənglər barədə bu rəqəmlər heç nə demir.
estimates-criteria = Meyarlar üzrə çatışmazlıq
estimates-criteria_note = Çatışmazlıq – tam baldan aşağı qiymətdir. Maşın bəzi səhvləri görmür, bəzilərini isə olmadan göstərir; təsadüfi zənglərdə bunu insan ölçür və pay buna görə düzəldilir (Rogan və Gladen, 1978). Kiçik yazı 95 % intervaldır. Burada zənglər seçilmə ehtimalına görə çəkilənmir.
estimates-reported = Maşının göstərdiyi
estimates-share = Pay
estimates-pairs = İnsanla cüt (n)
estimates-sensitivity = Səhvi tapır
estimates-specificity = Səhvsizi tanıyır
estimates-corrected_share = Düzəldilmiş pay
estimates-criterion_few = Azdır: daha { $errors } səhvli, { $sound } səhvsiz zəng lazımdır
estimates-criterion_coin = Düzəliş mümkün deyil: maşının qərarı heç nə demir
