# Açar section.key mesajın adında section-key olur. Eyni adlar ../en qovluğunda da olmalıdır.

error-home = Göstəricilərə qayıt
error-not_found = Səhifə tapılmadı
error-not_found_line = Ünvanı yoxlayın və ya bölmələrdən birini seçin.
error-internal = Səhifə hazırlana bilmədi
error-internal_line = Xəta jurnala yazıldı. Bir azdan yenidən cəhd edin.
error-bad_request = Sorğu düzgün deyil
error-bad_request_line = Seçimləri yoxlayıb yenidən cəhd edin.
error-method = Bu əməliyyat mümkün deyil
error-method_line = Bu ünvan belə sorğunu qəbul etmir.
error-refused = Bura giriş yoxdur
error-wait = Bir az gözləyin
error-slow = Cavab gecikdi
error-slow_line = Daha qısa dövr seçin və ya bir azdan yenidən cəhd edin.
error-bad_period = dövr «{ $v1 }» oxunmur; 2026, 2026-01, 2026-W03, 2026-01-14 və ya 2026-01-14..2026-02-03 kimi yazın
error-bad_page = səhifə «{ $v1 }» oxunmur; 1-dən başlayan tam ədəd yazın
error-bad_choice = «{ $v1 }» seçimi tanınmır; siyahıdan seçin
error-no_figure = «{ $v1 }» adlı göstərici yoxdur; siyahıdan seçin
