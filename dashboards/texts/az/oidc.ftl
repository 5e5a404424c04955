# Açar section.key mesajın adında section-key olur. Eyni adlar ../en qovluğunda da olmalıdır.

login-or = və ya
login-oidc = Nazirliyin hesabı ilə daxil ol
login-oidc_stale = Bu giriş cəhdinin vaxtı keçib və ya ondan artıq istifadə olunub. Yenidən cəhd edin.
login-oidc_denied = Nazirliyin giriş xidməti sizi buraxmadı. Yenidən cəhd edin və ya parolla daxil olun.
login-oidc_failed = Nazirliyin giriş xidmətinin cavabı təsdiqlənmədi. Yenidən cəhd edin; təkrarlanarsa, inzibatçıya müraciət edin.
login-oidc_unreachable = Nazirliyin giriş xidməti cavab vermir. Bir qədər sonra yenidən cəhd edin və ya parolla daxil olun.
login-oidc_unknown = Nazirliyin hesabı təsdiqləndi, lakin burada «{ $v1 }» adlı fəal hesab yoxdur. İnzibatçıya müraciət edin.
login-oidc_other = Bu hesab nazirliyin başqa hesabına bağlıdır. İnzibatçıya müraciət edin.
