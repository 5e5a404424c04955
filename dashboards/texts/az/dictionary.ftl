# Açar section.key mesajın adında section-key olur. Eyni adlar ../en qovluğunda da olmalıdır.

dictionary-title = Məlumat lüğəti
dictionary-lead = Nə soruşmaq olar: cədvəllər, görünüşlər, göstəricilər, soraqçalar – sütunları, tipləri və mənaları ilə.
dictionary-look_up = Lüğətdə axtarış
dictionary-hint = məsələn: gözləmə, caller_key
dictionary-apply = Axtar
dictionary-clear = Təmizlə
dictionary-kinds = Lüğətin bölmələri
dictionary-export = Yüklə:
dictionary-found = Tapıldı: { $v1 }, sütun: { $v2 }
dictionary-none = «{ $v1 }» üzrə heç nə tapılmadı. Daha qısa yazın və ya başqa söz seçin.
dictionary-columns = sütun: { $v1 }
dictionary-columns_of = { $v1 }: sütunlar
dictionary-some_columns = { $v1 } / { $v2 } sütun
dictionary-whole = Bütün sütunlar
dictionary-topic = Kafka mövzusu
dictionary-every_revision = Bütün düzəlişlərlə
dictionary-file = Fayl
dictionary-column = Sütun
dictionary-type = Tip
dictionary-unit = Vahid
dictionary-meaning = Məna
dictionary-definition = Tərifi və sətirləri

kind-table = Cədvəllər
kind-view = Görünüşlər
kind-figure = Göstəricilər
kind-reference = Soraqçalar

kind_lead-table = Axından gələn hadisələr: bir hadisə bir sətirdir, son düzəlişi ilə.
kind_lead-view = Cədvəllərdən qurulur: bir zəng, bir vərəqə və ya bir qiymət bir sətirdir.
kind_lead-figure = Hər biri bir SQL faylıdır; SQL qapısında adı figure_ ilə başlayır, dövr və xətt alır.
kind_lead-reference = Qüvvədə olduğu tarixlərlə: xətlər, hədəflər, hədlər, iş saatları, təqvim.
