# İstifadəçilər: kim, hansı vəzifə ilə daxil olur.

people-title = İstifadəçilər
people-total = { $n ->
    [one] { $n } istifadəçi
   *[other] { $n } istifadəçi
 }
people-add = Yeni istifadəçi
people-add_do = Əlavə et
people-account = Məlumatlar
people-name = Ad, soyad
people-login = İstifadəçi adı
people-login_hint = Giriş üçün: 2–64 işarə; a–z, 0–9 və . - _ @. Sonradan dəyişmir.
people-role = Vəzifə
people-choose = Seçin
people-representative = Zənglərdəki təmsilçi
people-representative_hint = Zəng qeydlərində bu şəxs necə adlanırsa, elə yazın. Öz zəngini heç kim qiymətləndirmir.
people-sector = Sektor
people-state = Vəziyyət
people-is_active = Aktivdir
people-is_inactive = Bağlıdır
people-may_come_in = Daxil ola bilər
people-active_hint = Hesab bağlananda və ya vəzifə dəyişəndə şəxsin bütün açıq girişləri dərhal dayandırılır.
people-save = Yadda saxla
people-password = Parol
people-password_hint = Ən azı 10 işarə; istifadəçi adı parolun içində olmasın.
people-password_empty = Boş saxlanılsa, parol təyin edilənədək şəxs daxil ola bilməz.
people-password_ends = Şəxsin bütün açıq girişləri dayandırılır.
people-password_new = Yeni parol
people-password_do = Parolu təyin et
people-log = Nələrə baxıb
people-done_added = İstifadəçi əlavə edildi.
people-done_changed = Dəyişikliklər saxlanıldı.
people-done_password = Yeni parol təyin edildi.
people-changed = Bu arada başqası bu hesabı dəyişib. Sizin yazdıqlarınız aşağıda qalıb, hələ saxlanılmayıb. Hesabın indiki halı belədir:
people-wrong_login = Bu istifadəçi adı yararsızdır və ya başqasına məxsusdur. 2–64 işarədən ibarət başqasını yazın: a–z, 0–9 və . - _ @.
people-wrong_name = Adı yazın: 1–120 işarə.
people-wrong_role = Vəzifəni siyahıdan seçin.
people-wrong_representative = Təmsilçi üçün zəng qeydlərindəki adı yazın, yoxsa heç bir nəticə ona aid olmaz.
people-wrong_taken = Bu təmsilçi artıq başqa hesaba bağlıdır. Başqasını yazın və ya həmin hesabı dəyişin.
people-wrong_password = Parol uyğun deyil. Ən azı 10 işarəli, istifadəçi adını içində saxlamayan parol yazın.
people-wrong_own = Öz hesabınızı bağlaya və öz vəzifənizi dəyişə bilməzsiniz: bunu başqa inzibatçı etməlidir.
