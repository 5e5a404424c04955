# Calibration: several people judge one call without knowing of one another; the agreed mark; agreement and drift.

calibration-title = Calibration
calibration-lead = Several assessors judge the same calls without knowing of one another; then differences are talked over and one mark is agreed on, with the rule that decides it.
calibration-new = New calibration
calibration-none = You take part in no calibration. It will stand here when one is given to you.
calibration-none_made = There is no calibration yet. Choose calls and participants with “New calibration”.
calibration-name = Name
calibration-state = State
calibration-due = Last day
calibration-handed = Handed in
calibration-calls = Calls
calibration-people = Participants
calibration-made_by = Made by
calibration-made = Made by { $v1 }, { $v2 }
calibration-your_work = Your work
calibration-yours = { $n ->
    [one] { $n } call left
   *[other] { $n } calls left
 }

calibration-new_lead = Three to five calls are enough for one discussion. Participants see neither one another’s marks nor what the machine proposed.
calibration-what = Calibration
calibration-due_day = Last day for scoring (included)
calibration-which = Calls
calibration-which_note = Write the calls’ ids, or have them picked at random. Each call is judged by the form of the machine’s proposal; without one, by the form of its day.
calibration-source = Choice
calibration-seed = Seed
calibration-ids = Ids of calls
calibration-ids_hint = One a line; commas and blanks do as well.
calibration-at_random = If picked at random
calibration-count = Number of calls
calibration-hands = Participants
calibration-hands_note = Nobody judges a call that they answered themselves. Every call must be judged by at least two people.
calibration-make = Start the calibration
calibration-make_note = Participants can begin scoring at once.
calibration-mend = The calibration was not started. Mend what is marked.
calibration-wrong_name = Write a name of 1–120 characters.
calibration-wrong_due = Choose today or a later day.
calibration-wrong_hands = Choose at least two participants.
calibration-wrong_source = Say how the calls are chosen.
calibration-wrong_ids = Write at least one and at most { $v1 } ids.
calibration-wrong_long = Calls are picked from { $v1 } days at most. Choose fewer days.
calibration-wrong_few = These days have { $v1 } calls that can be picked; { $v2 } were asked for. Ask for fewer, or choose other days.
calibration-wrong_call = { $v1 }: there is no such call, or it has neither sound nor a transcript.
calibration-wrong_own = { $v1 } cannot be judged by two people: one of those chosen answered it. Choose one more participant.

calibration-facts = About the calibration
calibration-compared_at = Compared on
calibration-blind = Until everybody has handed in, or the lead closes scoring, nobody sees a mark of anybody else. Below stands only who has handed in how much.
calibration-own = Your calls
calibration-decided = Criteria decided
calibration-begin = Begin
calibration-go_on = Go on
calibration-own_waiting = Waiting
calibration-own_begun = Begun
calibration-own_handed = Handed in
calibration-own_out = Not handed in
calibration-hand_in = Hand in
calibration-hand_in_hint = This is calibration: no representative sees it, and no result counts it. Once handed in it cannot be changed.
calibration-compare = Close scoring and compare
calibration-missing = { $n ->
    [one] { $n } scoring is not handed in yet, and will not count.
   *[other] { $n } scorings are not handed in yet, and will not count.
 }
calibration-withdraw = Withdraw the calibration
calibration-withdraw_note = Nobody has handed anything in: closed now, it counts in nothing.
calibration-close = Close the calibration
calibration-close_note = Agreed marks cannot be changed after that.
calibration-compare_title = Comparison
calibration-compare_note = Open a call: what everybody gave, criterion by criterion, and what was agreed.
calibration-wait_master = Severity is shown when the agreed marks of all calls are written.
calibration-scored = Scored by
calibration-differing = Criteria that differ
calibration-range = Range of scores
calibration-master_marks = Agreed
calibration-master_score = Agreed score
calibration-severity = Difference from the agreed score
calibration-severity_note = Below zero is severe, above zero is mild. If the interval holds zero, no severity has been shown. The list is by name and no ranking.
calibration-difference = Mean difference, points
calibration-difference_one = Difference, points
calibration-interval = 95% interval
calibration-exact = Exactly as agreed

calibration-compare_one = Comparison
calibration-machine = The machine’s proposal
calibration-master = Agreed mark
calibration-rule_and_reason = Rule and reason
calibration-differs = differs
calibration-agree_title = Agreed marks
calibration-agree_note = For every criterion on which marks differ write the right mark, the rule that decides it, and the reason. The rule is the sentence that everybody will go by in cases like this one.
calibration-agree = Save the agreed marks
calibration-agree_hint = Criteria without a choice stay open; you can go on later.
calibration-all_same = Everybody gave the same mark on every criterion.
calibration-same = { $n ->
    [one] { $n } criterion on which everybody gave the same mark
   *[other] { $n } criteria on which everybody gave the same mark
 }
calibration-rule = Rule
calibration-reason = Reason
calibration-needs_mark = Choose the mark.
calibration-needs_rule = Write which rule decides it: not everybody gave this mark.
calibration-needs_reason = Write the reason.
calibration-needs_lowest = A criterion with a critical error must be marked 0.
calibration-mend_master = Nothing was saved. Mend what is marked.

calibration_state-open = Being scored
calibration_state-compared = Being compared
calibration_state-agreed = Agreed
calibration_state-closed = Closed

calibration_source-ids = By ids
calibration_source-published = At random of published assessments
calibration_source-lake = At random of all calls

agreement-title = Agreement
agreement-lead = How far assessors agree with one another, and the machine with people. Below { $n } calls judged twice on a criterion no number is shown.
agreement-filters = Form and period
agreement-people = People – people
agreement-people_note = Calibrations, and calls that two assessors judged without knowing of one another.
agreement-machine_blind = Machine – agreed mark
agreement-machine_blind_note = What the machine had proposed for calls of calibrations, against the agreed mark. Those who scored had not seen it: this is the soundest measure of the machine.
agreement-machine_work = Machine – daily assessments
agreement-machine_work_note = What the machine had proposed against what the assessor gave, in published random assessments. The assessor had the proposal before them, so that agreement reads higher than it is.
agreement-calls = { $n ->
    [one] { $n } call compared.
   *[other] { $n } calls compared.
 }
agreement-n = Calls (n)
agreement-raw = Same mark
agreement-ac1 = Gwet AC1
agreement-alpha = Krippendorff α
agreement-hint = Reads as
agreement-few = Too few yet: at least { $needed } calls are needed, { $more } more.
agreement-all_same = all marks are the same
agreement-hint_none = not defined
agreement-hint_reliable = reliable
agreement-hint_tentative = tentative
agreement-hint_weak = weak
agreement-read = Small print is the 95% interval (1,000 resamples of calls). AC1 and α take chance out; where nearly every call gets the full mark, raw agreement may be high and α low, so all three are shown. The reading is only a hint.
agreement-drift = Severity and drift
agreement-drift_note = The difference between each assessor’s score and the agreed one, from calibration to calibration (EWMA: the newest weighs more). Where the line leaves the limits, chance does not explain the change. A hollow circle is the mean difference of that calibration alone.
agreement-drift_none = No calibration has all its marks agreed yet.
agreement-drift_few = The chart’s limits need { $more } more scorings with an agreed mark.
agreement-drift_once = Drift needs at least two calibrations, and scores that differ.
agreement-chart = Drift chart
agreement-table = The chart’s table
agreement-smoothed = Smoothed difference
agreement-inside = within the limits
agreement-severe = grows severe
agreement-mild = grows mild
