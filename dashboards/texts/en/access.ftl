# The access log: who looked at what, and changed what.

access-title = Access log
access-lead = Who looked at what and changed what, and when. The newest entry comes first. Opening this page is written down too.
access-whole = { $n ->
    [one] The log is whole: { $n } entry, not altered and none taken out.
   *[other] The log is whole: { $n } entries, none altered and none taken out.
 }
access-broken = The log is not whole ({ $v1 }). Compare it with a backup of the store.
access-check = Check whether the log is whole
access-filters = Choice of entries
access-any = All
access-system = The program itself
access-person = Person
access-role = Role
access-action = Action
access-kind = Object
access-id = Id of the object
access-from = From
access-to = To
access-apply = Show
access-reset = Clear
access-none = No entry fits this choice.
access-number = No.
access-at = Time
access-detail = Detail
access-newer = Newer
access-older = Older
access-range = { $v1 } – { $v2 }
access-bad_day = the date “{ $v1 }” cannot be read; write it like 2026-11-30

role-system = Program
role-none = Unknown

action-login = Signed in
action-login_refused = Sign-in refused
action-logout = Signed out
action-read = Looked at
action-play = Listened
action-export = Exported
action-query = Queried
action-change = Changed
action-refused = Refused

object-account = Account
object-answer = Question-answer entry
object-assessment = Assessment
object-audio = Recording
object-calibration = Calibration
object-call = Call
object-card = Result card
object-complaint = Complaint
object-correction = Transcript correction
object-discussion = Discussion
object-figure = Figure
object-form = Form
object-stand_in = Standing in
object-employment = Employment
object-task = Task
object-study = Opinion or study
object-form_draft = Form draft
object-page = Page
object-plan = Plan
object-proposal = Proposal
object-recommendation = Recommendation
object-rows = Rows
object-session = Session
object-sql = SQL query
object-survey = Survey
object-survey_draw = Survey invitations
object-survey_participation = Survey participation
object-training = Training
object-training_need = Training need
object-transcript = Transcript
