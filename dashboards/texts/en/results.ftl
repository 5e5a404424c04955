# The key section.key is the message section-key. The same names must stand in ../az.

assessment_state-draft = Draft
assessment_state-published = Published
assessment_state-seen = Seen
assessment_state-acknowledged = Accepted
assessment_state-disputed = Disputed
assessment_state-upheld = Upheld
assessment_state-changed = Changed
assessment_state-voided = Voided

purpose-random = Drawn at random
purpose-risk = By risk
purpose-complaint = By complaint
purpose-calibration = Calibration
purpose-review = Second review

decision-upheld = Upheld
decision-changed = Changed
decision-voided = Voided

role-representative = Representative
role-assessor = Assessor
role-lead = Head of quality assurance
role-head = Head
role-management = Management
role-analyst = Analyst
role-administrator = Administrator

assessment_action-begin = Begun
assessment_action-judge = Criterion judged
assessment_action-remark = Comment written
assessment_action-publish = Published
assessment_action-see = Opened by the representative
assessment_action-acknowledge = Accepted by the representative
assessment_action-dispute = Disputed
assessment_action-decide = Dispute decided

result-title = Assessment
result-facts = About the assessment
result-score = Final score
result-raw = Without the critical error
result-before = Before the dispute
result-gates = Critical error
result-gates_line = A critical error makes the final score of the call zero.
result-critical = Critical error
result-player = Recording
result-criteria = Marks by criterion
result-weight = weight { $v1 }
result-was = was: { $v1 }
result-became = now: { $v1 }
result-na = does not apply
result-undecided = –
result-comment = Comment
result-reason = Reason
result-general = General comment
result-objection = Objection
result-decision_reason = Reason of the decision
result-opened = Disputed on
result-due = Decision due by
result-decided = Decided on
result-voided_line = The whole assessment was voided and counts nowhere.
result-to_call = Page of the call
result-representative = Representative
result-assessor = Assessor

assessments-title = Assessments
assessments-total = { $n ->
    [one] { $n } assessment
   *[other] { $n } assessments
 }
assessments-filters = Filters
assessments-any = All
assessments-from = From
assessments-to = To
assessments-apply = Show
assessments-reset = Reset
assessments-none = No assessment matches this choice.
assessments-previous = Previous
assessments-next = Next
assessments-bad_day = the day “{ $v1 }” cannot be read; write it as 2026-11-30
assessments-means = Mean score of the calls drawn at random
assessments-funnel = Means of representatives, and the limits of chance
assessments-funnel_note = Each dot is a representative: across is the number of calls, upwards the mean score. Dashed lines are the 95% limits, solid ones the 99.8% limits. Chance explains the differences inside the limits: these representatives are neither compared nor ranked.
assessments-funnel_few_people = No plot: it takes at least two representatives with calls drawn at random.
assessments-funnel_few_calls = No plot: { $n } calls drawn at random are too few, at least { $needed } are needed.
assessments-funnel_same = No plot: the scores do not vary, so there are no limits.
assessments-axis_n = Calls (n)
assessments-axis_mean = Mean score
assessments-target = mean { $v1 }
assessments-place = Place
assessments-place_inside = inside the limits
assessments-place_near = outside the 95% limits
assessments-place_outside = outside the 99.8% limits
assessments-limits = 99.8% limits
assessments-table = The plot as a table
assessments-history = History
assessments-what = What
assessments-who = Who
assessments-when = When
assessments-versions = Versions
