# Açar section.key mesajın adında section-key olur. Eyni adlar ../en qovluğunda da olmalıdır.

rows-definition = Bu rəqəm necə hesablanıb
rows-figure = Göstərici
rows-sql = Sətirləri tapan SQL
rows-rows = Sətirlər
rows-computed = Bu dəyər aşağıdakı sətirlər üzrə hesablanıb.
rows-none = Bu rəqəmin arxasında sətir yoxdur.
rows-export = Bütün sətirləri yüklə:
rows-capped = Fayla ilk { $v1 } sətir yazılır. Hamısı üçün daha qısa dövr seçin.
rows-open = { $v1 }, { $v2 }: { $v3 } – sətirlərə bax
rows-bad_cell = Bu rəqəmin arxasındakı sətirlər açıla bilmir: «{ $v1 }». Göstəricini açın və rəqəmlərindən birinə keçin.
