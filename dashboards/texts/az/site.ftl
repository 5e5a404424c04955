# Açar section.key mesajın adında section-key olur. Eyni adlar ../en qovluğunda da olmalıdır.

site-tagline = Çağrı mərkəzində xidmətin keyfiyyəti
site-skip = Məzmuna keç
site-nav = Bölmələr
site-figures = Göstəricilər
site-calls = Zənglər
site-reconciliation = Tutuşdurma
site-dictionary = Lüğət
site-other_lang = English
site-footer = Hər rəqəm öz SQL faylından hesablanır. Maşın təklif edir, qərarı insan verir.
site-definitions = Göstəricilərin tərifləri
site-bundle_missing = Səhifənin üslubu və skriptləri yığılmayıb. Bu əmri icra edib proqramı yenidən yığın:
site-look_light = Açıq görünüş
site-look_dark = Tünd görünüş

period-year = İl
period-month = Ay
period-week = Həftə
period-day = Gün
period-days = Tarixlər
period-year_label = { $v1 } il

month-1 = Yanvar
month-2 = Fevral
month-3 = Mart
month-4 = Aprel
month-5 = May
month-6 = İyun
month-7 = İyul
month-8 = Avqust
month-9 = Sentyabr
month-10 = Oktyabr
month-11 = Noyabr
month-12 = Dekabr
site-nav_second = Bölmənin səhifələri

group-work = İş
group-grow = İnkişaf
group-rules = Qaydalar
group-know = Göstəricilər
group-keep = İdarəetmə
