# Əmək məlumatı: işçinin tutduğu vəzifə, peşəkarlıq səviyyəsi, iş stajı.

employments-title = Əmək məlumatı
employments-lead = Sektor müdiri işi əməkdaşlar arasında iş stajına və peşəkarlıq səviyyəsinə görə bölür (ƏM 5.8). Hər dəyişiklik tarixçədə qalır.
employments-position = Tutduğu vəzifə
employments-level = Peşəkarlıq səviyyəsi
employments-serves_since = İşə başladığı gün
employments-skills = Bildiyi qurumlar və mövzular
employments-service = İş stajı
employments-service_is = { $years ->
    [0] { $months } ay
   *[other] { $years } il { $months } ay
 }
employments-changed = Bu arada başqası əmək məlumatını dəyişib; indi belədir. Yazdıqlarınız sahələrdə qalıb: yadda saxlasanız, bunun yerinə onlar yazılacaq.
employments-do = Yadda saxla
employment_wrong-position = Tutduğu vəzifəni yazın, 200 işarədən çox olmasın.
employment_wrong-level = Səviyyə 200 işarədən uzun olmasın.
employment_wrong-serves_since = İşə başladığı günü seçin; bu gündən sonra olmasın.
employment_wrong-skills = Bildiyi qurumları və mövzuları daha qısa yazın.
