# Addımın niyə rədd edildiyi. Addımların öz sözləri phrases.ftl faylındadır.

problem-refused = Bu addım sizə açıq deyil: { $v1 }.
problem-not_found = Belə bir şey tapılmadı: { $v1 } { $v2 }.
problem-changed = { $v1 } bu arada dəyişdirilib. Səhifəni yenidən açıb baxın.
problem-state = { $v1 } belə vəziyyətdədir: { $v2 }. { $v3 }.
problem-store = İşlərin saxlandığı yer cavab vermədi. Xəta jurnala yazıldı, bir azdan yenidən cəhd edin.
problem-statistics_few = Hələ azdır: { $have } var, ən azı { $needed } lazımdır.
problem-statistics_same = Ölçü müəyyən deyil: bütün qiymətlər eynidir, dəyişkənlik yoxdur.
problem-statistics_refused = Bu rəqəmi hesablamaq olmadı: məlumatlar düsturun şərtlərinə uyğun deyil. Səbəbi proqramın jurnalındadır.
