# Əvəzetmə: başqa vəzifənin müvəqqəti səlahiyyəti.

standins-title = Əvəzetmə
standins-lead = Müavin və ya sektor müdiri müəyyən günlərdə başqa vəzifənin səlahiyyətlərini də daşıyır (ƏM 5.4–5.6). Günlər başa çatanda səlahiyyət özü bitir. Öz qiymətləndirməsinə etiraz üzrə yenə qərar verə bilməz.
standins-days = Günlər
standins-ground = Əsas (əmrin nömrəsi, tarixi)
standins-role = Hansı vəzifəni əvəz edir
standins-from = İlk gün
standins-until = Son gün
standins-do = Əvəzetməni qeyd et
standins-end = Vaxtından əvvəl bitir
standins-why = Niyə bitirilir
standins-holds = Qüvvədədir
standins-to_come = Başlamayıb
standins-over = Başa çatıb
standins-ended = Vaxtından əvvəl bitirilib
standin_wrong-role = Qiymətləndirən, sektor müdiri və ya rəis vəzifəsini seçin; şəxsin öz vəzifəsi olmasın.
standin_wrong-person = Bu hesab başqasını əvəz edə bilməz.
standin_wrong-from = İlk günü seçin.
standin_wrong-until = Son gün bu gündən və ilk gündən əvvəl, ilk gündən bir ildən gec olmasın.
standin_wrong-ground = Əsası yazın, 200 işarədən çox olmasın.
standin_wrong-why = Niyə bitirildiyini yazın.
