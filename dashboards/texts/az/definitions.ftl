# Açar section.key mesajın adında section-key olur. Eyni adlar ../en qovluğunda da olmalıdır.

definitions-title = Göstəricilərin tərifləri
definitions-lead = Hər göstərici bir SQL faylıdır. Səhifələr, hesabatlar və SQL sorğuları eyni fayldan oxuyur.
definitions-groups = Göstəricilərin qrupları

group-calls = Zənglər
group-lost = İtirilmiş zənglər və əks əlaqə
group-appeals = Müraciətlər və müraciət vərəqələri
group-kpi = Əsas göstəricilər
group-satisfaction = Razıqalma
group-staff = Əməkdaşlar
group-quality = Xidmətin qiymətləndirilməsi
group-data = Məlumatların tamlığı
group-stream = Axının tutuşdurulması

definition-formula = Düstur
definition-denominator = Məxrəc
definition-unit = Ölçü vahidi
definition-source = Mənbə
definition-sql = SQL
definition-run = Eyni göstəricini əmr sətrində də görmək olar:
definition-rows = Sətirlər
