# Açar section.key mesajın adında section-key olur. Eyni adlar ../en qovluğunda da olmalıdır.

my-title = Qiymətləndirmələrim
my-lead = Sizin zəngləriniz üzrə dərc edilmiş qiymətləndirmələr. Qaralamalar və başqalarının qiymətləri burada görünmür.
my-none = Sizin zəngləriniz üzrə hələ heç bir qiymətləndirmə dərc edilməyib.
my-mean = Təsadüfi seçilmiş zənglər üzrə orta bal
my-mean_note = Ortaya yalnız təsadüfi seçilmiş və balı olan zənglər daxildir; ləğv edilənlər sayılmır, formanın buraxılışları qarışdırılmır. Az sayda zəng az şey deyir: interval nə qədər genişdirsə, orta bala bir o qədər az güvənmək olar.
my-mean_few = İnterval göstərilmir: ən azı iki fərqli bal lazımdır. Bu qədər az zəng ümumi iş haqqında demək olar ki, heç nə demir.
my-interval = 95 % interval: { $v1 } – { $v2 }
my-weighted = Zənglər fərqli ehtimalla seçilib, ona görə hər zəng ehtimalının tərsi qədər çəkiyə malikdir (Hájek); interval da belə hesablanır.
my-unweighted = Bəzi zənglərin seçilmə ehtimalı bilinmir, ona görə bütün zənglər eyni çəkidədir: ehtimallar fərqlidirsə, orta bal bütün zəngləri tam əks etdirmir.
my-funnel_unweighted = Hunidə hər zəng eyni çəkidədir: buradakı ortalar seçilmə ehtimalına görə çəkilənməyib və yuxarıdakı ortadan fərqlənə bilər.
my-left_out = { $n ->
    [one] Eyni zəngin { $n } təkrar qiymətləndirməsi ortaya daxil deyil: bir zəng bir dəfə, əvvəl dərc edilmiş qiymətlə sayılır.
   *[other] Eyni zənglərin { $n } təkrar qiymətləndirməsi ortaya daxil deyil: bir zəng bir dəfə, əvvəl dərc edilmiş qiymətlə sayılır.
 }
my-calls = { $n ->
    [one] { $n } zəng
   *[other] { $n } zəng
 }
my-date = Dərc tarixi
my-call = Zəng
my-form = Forma
my-score = Bal
my-state = Vəziyyət
my-until = Etiraz üçün son gün
my-purpose = Səbəb
my-version = { $v1 }, buraxılış { $v2 }

my-acknowledge = Oxudum, qəbul edirəm
my-acknowledge_line = Qəbul etdikdən sonra bu qiymətləndirməyə etiraz etmək olmur.
my-dispute = Etiraz et
my-dispute_line = Razı olmadığınız meyarları işarələyin və hər biri üçün səbəb yazın. Etiraza qiymətləndirən deyil, başqa şəxs baxır. { $v1 } tarixinə qədər (həmin gün daxil) göndərmək olar.
my-dispute_criterion = Etiraz edirəm
my-dispute_reason = Səbəb
my-send = Etirazı göndər
my-needs_reason = Niyə razı olmadığınızı yazın.
my-needs_tick = Səbəb yazmısınız: etiraz edirsinizsə, meyarı işarələyin, etmirsinizsə, səbəbi silin.
my-choose_one = Ən azı bir meyarı işarələyin və səbəbini yazın.
my-too_long = Səbəb çox uzundur: 4000 işarədən çox olmasın.
my-mend = Etiraz göndərilmədi. İşarələnmiş yerləri düzəldin.
my-too_late = Etiraz müddəti { $v1 } tarixində bitib. Sektor müdirinə müraciət edin.
my-closed = Bu qiymətləndirmə artıq qəbul edilib və ya etiraz edilib; yenidən dəyişmək olmur.
my-waiting = Etirazınıza baxılır; cavab { $v1 } tarixinə qədər verilməlidir.
