# Orders of management.

tasks-title = Tasks
tasks-none = No task has been noted yet.
tasks-new = New task
tasks-new_lead = An order of management is carried out in time and in the right form (ST 6.7.9). Until it is handed over its text can be changed.
tasks-name = Name of the task
tasks-text = What was ordered
tasks-ordered_by = Ordered by
tasks-ordered_by_hint = Ordered by (with the document’s number and day, if it has them)
tasks-form = In which form
tasks-form_hint = The form that the result must have (memo, table, slides…)
tasks-responsible = Responsible
tasks-due_on = Last day
tasks-give = Give the task
tasks-made = Noted
tasks-own = You handed this task over: somebody else must take it.
tasks-hand_over = Hand over
tasks-result = What was made, and where it is kept
tasks-judge = Take it or give it back
tasks-judgement = Note: why it is taken, or what is missing
tasks-take = Take
tasks-give_back = Give back
tasks-reword = Change the task
tasks-withdraw = Withdraw the task
tasks-why = Why it is withdrawn
tasks-handed_over = Handed over
tasks-given_back = Given back
tasks-taken = Taken
tasks-withdrawn = Withdrawn

task_state-given = Given
task_state-handed_over = Handed over
task_state-given_back = Given back
task_state-taken = Taken
task_state-withdrawn = Withdrawn

task_action-give = Task given
task_action-reword = Task changed
task_action-hand_over = Handed over
task_action-take = Taken
task_action-give_back = Given back
task_action-withdraw = Withdrawn

improve_wrong-ordered_by = Write who gave the order, in at most 200 characters.
improve_wrong-form = Write the form of the result, in at most 200 characters.
improve_wrong-responsible = Choose who is responsible from the list.
improve_wrong-result = Write what was made, in at most 4000 characters.
improve_wrong-judgement = Write a note, in at most 4000 characters.
improve_wrong-why = Write why, in at most 4000 characters.
