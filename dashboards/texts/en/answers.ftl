# The question-answer base: search, entries, versions.

answers-title = Question-answer base
answers-lead = Find the answer while the caller waits: questions, answers, and the acts they rest on.
answers-new = New entry
answers-one = Entry
answers-edit = Edit
answers-edit_lead = Write question and answer as a caller is told. Representatives do not see the entry before it is in force.
answers-edit_in_force = This entry is in force: representatives see what you save at once, and the version before stays readable.
answers-search = Search
answers-find = Find
answers-topic = Topic
answers-any_topic = All topics
answers-lists = Lists of entries
answers-total = { $n ->
    [one] { $n } entry
   *[other] { $n } entries
 }
answers-partly = No entry has all of the words; those that have the most are shown.
answers-none = There is no entry here.
answers-not_found = Nothing was found. Write the beginning of the word, or another one.
answers-due = Entries whose review is overdue
answers-own = yours
answers-no_day = no day
answers-question = Question
answers-question_hint = As a caller asks it: up to 500 characters.
answers-answer = Answer
answers-no_answer = No answer is written yet.
answers-act = Act
answers-law = Act
answers-clause = Article, clause
answers-valid = In force
answers-valid_since = since { $v1 }
answers-valid_from = First day in force
answers-valid_until = Last day in force
answers-until_hint = Leave it empty where there is no end.
answers-owner = Owner
answers-owner_hint = Who keeps the entry current.
answers-review_on = Review
answers-review_hint = Left empty, it is set by the term when the entry goes into force.
answers-overdue = overdue
answers-topics = Topics
answers-errors = Errors by criterion
answers-calls = Calls
answers-calls_hint = Ids of calls, one in a line. Faulty or typical ones.
answers-no_call = There is no call “{ $v1 }”. Check the id.
answers-suggest = Suggest an entry
answers-sent = What you wrote was sent to those who keep the base.
answers-remark = Something is wrong or missing
answers-remark_line = Your remark goes to those who keep the base. Until they have looked, the entry stays as it is.
answers-remark_text = What is wrong or missing
answers-remark_send = Send
answers-remarks = What readers remarked
answers-remarks_line = Remarks are closed when the entry is changed or confirmed.
answers-remarks_n = { $n ->
    [one] { $n } remark
   *[other] { $n } remarks
}
answers-reason = Reason
answers-force = Put into force
answers-force_line = Every representative finds what is in force.
answers-keep = Checked, it is right
answers-keep_line = The next review of a confirmed entry moves ahead by the term.
answers-review = Take under review
answers-review_line = What is under review is not shown to representatives until it is in force again.
answers-withdraw = Withdraw
answers-withdraw_line = A withdrawn entry does not come back; its versions stay readable.
answers-out_of_days = The entry is approved, but today is none of its days: representatives do not see it.
answers-versions = Versions
answers-version = Version
answers-now = As it is now
answers-old_line = This is how the entry was; callers are answered by how it is now.

answer_state-draft = Draft
answer_state-in_force = In force
answer_state-under_review = Under review
answer_state-withdrawn = Withdrawn

answer_action-draft = Written
answer_action-change = Edited
answer_action-put_in_force = Put into force
answer_action-keep = Confirmed
answer_action-review = Taken under review
answer_action-remark = A reader remarked on it
answer_action-withdraw = Withdrawn

answer_wrong-question = Write the question: up to 500 characters.
answer_wrong-answer = Write the answer: up to 8000 characters.
answer_wrong-law = Write the act: up to 200 characters.
answer_wrong-clause = The text is too long: keep it within 200 characters.
answer_wrong-valid_until = The last day must not be before the first one, nor be over.
answer_wrong-owner = Choose an active person who keeps the base.
answer_wrong-criterion = Choose criteria from the list.
answer_wrong-topics = Choose at most 50 topics.
answer_wrong-errors = Choose at most 50 criteria.
answer_wrong-calls = Name at most 50 calls.
answer_wrong-remark = Write the remark: up to 8000 characters.
answer_wrong-reason = Write the reason: up to 4000 characters.
