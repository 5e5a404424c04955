# A key section.key is the message section-key. The same names must stand in ../az.

login-or = or
login-oidc = Sign in with the ministry’s account
login-oidc_stale = This attempt to sign in has run out, or was used already. Try again.
login-oidc_denied = The ministry’s sign-in service did not let you in. Try again, or sign in with a password.
login-oidc_failed = The answer of the ministry’s sign-in service could not be verified. Try again; if it happens again, ask an administrator.
login-oidc_unreachable = The ministry’s sign-in service does not answer. Try again a little later, or sign in with a password.
login-oidc_unknown = The ministry’s account was verified, but there is no active account named «{ $v1 }» here. Ask an administrator.
login-oidc_other = This account belongs to another account of the ministry. Ask an administrator.
