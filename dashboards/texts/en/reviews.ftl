# The key section.key is the message section-key. The same names must stand in ../az.

reviews-title = Disputes
reviews-waiting = { $n ->
    [one] { $n } dispute waits for a decision
   *[other] { $n } disputes wait for a decision
 }
reviews-none = No dispute waits for a decision.
reviews-due = Due
reviews-late = overdue
reviews-points = Criteria
reviews-decided = Decided
reviews-decided_none = No dispute was decided yet.
reviews-latest = The latest { $v1 } decisions are shown.
reviews-rates = Marks that a dispute overturned
reviews-rates_note = Of all decided disputes, counted in disputed criteria. Under ten, counts are shown and no percentage.
reviews-by_assessor = By assessor
reviews-by_criterion = By criterion
reviews-criterion = Criterion
reviews-points_n = Disputed
reviews-overturned = Overturned
reviews-share = Share (95% interval)

reviews-one = Dispute
reviews-decide = Decision
reviews-decide_line = Choose a decision for each criterion and write why. The original mark is kept, and shown to the representative beside the new one.
reviews-decision = Decision
reviews-new_mark = New mark
reviews-why = Reason
reviews-save = Decide
reviews-void = Void the whole assessment
reviews-void_line = A voided assessment counts nowhere. This cannot be taken back.
reviews-void_sure = I confirm that I void the whole assessment
reviews-void_needs_sure = Confirm that it is to be voided.
reviews-needs_decision = Choose the decision.
reviews-needs_mark = Choose the new mark.
reviews-needs_reason = Write the reason of the decision.
reviews-too_long = The text is too long: keep it under 4000 characters.
reviews-mend = The decision was not saved. Mend what is marked.
reviews-changed = Somebody changed this assessment meanwhile. Look at it again and send the decision once more.
reviews-own = You made this assessment, or it is of your own call: somebody else must decide.
reviews-assessor_said = The assessor's mark
