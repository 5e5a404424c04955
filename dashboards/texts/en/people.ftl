# People: who comes in, with which role.

people-title = People
people-total = { $n ->
    [one] { $n } person
   *[other] { $n } people
 }
people-add = New person
people-add_do = Add
people-account = Account
people-name = Name
people-login = User name
people-login_hint = To sign in with: 2–64 characters of a–z, 0–9 and . - _ @. It does not change later.
people-role = Role
people-choose = Choose
people-representative = Representative in the calls
people-representative_hint = As this person is called in the call records. Nobody assesses a call of their own.
people-sector = Sector
people-state = State
people-is_active = Active
people-is_inactive = Closed
people-may_come_in = May sign in
people-active_hint = When an account is closed or its role changes, all its open sessions end at once.
people-save = Save
people-password = Password
people-password_hint = At least 10 characters; the user name must not be inside it.
people-password_empty = If it is left empty, the person cannot sign in until one is set.
people-password_ends = All open sessions of the person end.
people-password_new = New password
people-password_do = Set the password
people-log = What they looked at
people-done_added = The person was added.
people-done_changed = The changes were saved.
people-done_password = The new password was set.
people-changed = Somebody else changed this account meanwhile. What you typed is still below and not yet saved. The account is now:
people-wrong_login = This user name cannot be used or belongs to somebody else. Write another one of 2–64 characters: a–z, 0–9 and . - _ @.
people-wrong_name = Write the name: 1–120 characters.
people-wrong_role = Choose the role from the list.
people-wrong_representative = For a representative write the name of the call records, or no result will be theirs.
people-wrong_taken = Another account already has this representative. Write another one, or change that account.
people-wrong_password = The password does not fit. Write one of at least 10 characters that does not hold the user name.
people-wrong_own = You cannot close your own account or change your own role: another administrator has to.
