# The key section.key is the message section-key. The same names must stand in ../az.

my-title = My assessments
my-lead = Published assessments of your calls. Drafts and other people's results are not shown here.
my-none = No assessment of your calls has been published yet.
my-mean = Mean score of the calls drawn at random
my-mean_note = Only calls that were drawn at random and have a score are in the mean; voided ones are not counted, and versions of the form are never mixed. A small sample says little: the wider the interval, the less the mean can be relied on.
my-mean_few = No interval is shown: it takes at least two different scores. So few calls say almost nothing about the work as a whole.
my-interval = 95% interval: { $v1 } – { $v2 }
my-weighted = Calls were picked with different chances, so that each weighs the inverse of its chance (Hájek); so does the interval.
my-unweighted = The chance of some calls is not known, so that all weigh the same: where chances differ, the mean does not quite stand for all calls.
my-funnel_unweighted = In the funnel every call weighs the same: its means are not weighted by the chance of being picked, and may differ from the mean above.
my-left_out = { $n ->
    [one] { $n } repeated assessment of a call is not in the mean: a call counts once, by the assessment that was published first.
   *[other] { $n } repeated assessments of calls are not in the mean: a call counts once, by the assessment that was published first.
 }
my-calls = { $n ->
    [one] { $n } call
   *[other] { $n } calls
 }
my-date = Published
my-call = Call
my-form = Form
my-score = Score
my-state = State
my-until = Last day to dispute
my-purpose = Why
my-version = { $v1 }, version { $v2 }

my-acknowledge = I have read and accept it
my-acknowledge_line = Once accepted, this assessment can no longer be disputed.
my-dispute = Dispute
my-dispute_line = Tick the criteria that you do not agree with and write why for each. Somebody else than the assessor decides. It can be sent until { $v1 }, that day included.
my-dispute_criterion = I dispute this
my-dispute_reason = Reason
my-send = Send the dispute
my-needs_reason = Write why you do not agree.
my-needs_tick = You wrote a reason: tick the criterion if you dispute it, or clear the reason if you do not.
my-choose_one = Tick at least one criterion and write why.
my-too_long = The reason is too long: keep it under 4000 characters.
my-mend = The dispute was not sent. Mend what is marked.
my-too_late = The time for a dispute ended on { $v1 }. Speak with the head of the sector.
my-closed = This assessment was already accepted or disputed; it cannot be changed again.
my-waiting = Your dispute is being looked at; the answer is due by { $v1 }.
