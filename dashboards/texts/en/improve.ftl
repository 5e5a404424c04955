# The key section.key is the message section-key. The same names stand in ../az.

recommendation_state-given = Given
recommendation_state-seen = Read
recommendation_state-done = Done
recommendation_state-measured = Effect measured
recommendation_state-withdrawn = Withdrawn

recommendation_action-give = Recommendation given
recommendation_action-see = Read by the representative
recommendation_action-finish = Marked as done
recommendation_action-measure = Effect recorded
recommendation_action-withdraw = Withdrawn

discussion_state-held = Waits for the representative
discussion_state-confirmed = Confirmed by the representative
discussion_state-objected = The representative objects
discussion_state-closed = Closed

discussion_action-hold = Discussion recorded
discussion_action-confirm = Confirmed by the representative
discussion_action-object = The representative objected
discussion_action-close = Closed

discussion_outcome-agreed = Agreed
discussion_outcome-objected = Did not agree

discussion_answer-agreed = The representative has read the record and confirms it
discussion_answer-objected = The representative has read the record and objects

proposal_state-drafted = Draft
proposal_state-sent = Sent
proposal_state-accepted = Accepted
proposal_state-refused = Refused
proposal_state-effect_noted = Effect noted

proposal_action-draft = Proposal drafted
proposal_action-reword = Text changed
proposal_action-send = Sent
proposal_action-accept = Accepted
proposal_action-refuse = Refused
proposal_action-note_effect = Effect noted

improve-recommendations = Recommendations
improve-discussions = Discussions
improve-proposals = Proposals
improve-open_n = { $n ->
    [one] { $n } open
   *[other] { $n } open
 }
improve-late_n = { $n ->
    [one] { $n } overdue
   *[other] { $n } overdue
 }
improve-late = overdue
improve-only_open = Open ones only
improve-only_late = Overdue only
improve-none_chosen = Nothing matches this choice.
improve-due = Last day
improve-by = Written by
improve-mend = It was not saved. Mend what is marked.
improve-changed = Somebody else changed this meanwhile. Below it stands as it is now: look at it again and send once more.
improve-state = This step cannot be taken as things stand. Look at the page as it is now.
improve-own = This is your own work: somebody else has to take this step.

improve_wrong-assessment = Choose an assessment that is published and not voided.
improve_wrong-criterion = Choose a criterion of the form. If this assessment already has an open recommendation about it, close that one first.
improve_wrong-text = Write the text, in at most 4000 characters.
improve_wrong-due_on = Choose a day from today on, within a year.
improve_wrong-note = Write the note, in at most 4000 characters.
improve_wrong-conclusion = Write what you conclude, in at most 4000 characters.
improve_wrong-calls = There are still too few calls to measure the effect.
improve_wrong-reason = Write the reason, in at most 4000 characters.
improve_wrong-representative = Choose a representative who has an account or results.
improve_wrong-held_on = Choose the day of the meeting; it cannot be still to come.
improve_wrong-assessments = Choose from the list an assessment or a recommendation of this representative that was discussed.
improve_wrong-recommendations = Choose from the list a recommendation to this representative.
improve_wrong-attended = Choose at least one person from the list.
improve_wrong-said_by_sector = Write what the sector said, in at most 4000 characters.
improve_wrong-said_by_representative = Write what the representative said; if nothing was said, say so.
improve_wrong-outcome = Choose the outcome.
improve_wrong-answer = Write why you do not agree, in at most 4000 characters.
improve_wrong-title = Write the title, in at most 200 characters.
improve_wrong-based_on = Give 1 to 20 grounds, one a line, in at most 200 characters each.
improve_wrong-addressee = Write to whom it is addressed, in at most 200 characters.
improve_wrong-decision = Choose the decision.
improve_wrong-decision_text = Write the grounds of the decision, in at most 4000 characters.
improve_wrong-effect = Write what came of the proposal, in at most 4000 characters.

recommendations-title = Recommendations to representatives
recommendations-none = No recommendation was given yet. One is given from the page of a published assessment.
recommendations-to_assessments = Go to the assessments
recommendations-criterion = Criterion
recommendations-text = Recommendation
recommendations-given = Given
recommendations-read = Read by the representative
recommendations-new = New recommendation
recommendations-new_lead = A recommendation is about one criterion and rests on a published assessment. The representative sees it on a page of their own.
recommendations-no_ground = First choose the assessment that the recommendation rests on.
recommendations-ground = The assessment it rests on
recommendations-voided = This assessment is voided, or its representative is not known: no recommendation can rest on it.
recommendations-has_open = This representative has open recommendations:
recommendations-choose_criterion = Choose a criterion
recommendations-due_on = Last day (included)
recommendations-what_to_do = What to do
recommendations-give = Give the recommendation
recommendations-give_line = Once given its text does not change; it can only be withdrawn.
recommendations-one = Recommendation
recommendations-not_read = The representative has not read it yet. It can be marked as done only after that.
recommendations-done = What was done
recommendations-withdrawn = Why it was withdrawn
recommendations-finish = Mark as done
recommendations-note = What was done
recommendations-finish_do = Done
recommendations-withdraw = Withdraw the recommendation
recommendations-withdraw_why = Why it is withdrawn
recommendations-mine = My recommendations
recommendations-mine_none = No recommendation was given to you yet.
recommendations-unread = { $n ->
    [one] { $n } unread recommendation
   *[other] { $n } unread recommendations
 }
recommendations-i_read = I have read it

effect-title = Effect on later random calls
effect-few = No effect is shown: of random calls with this criterion there were { $v1 } before the recommendation and { $v2 } after it. At least { $v3 } are needed on either side.
effect-whose = Who
effect-own = This representative
effect-others = Those without a recommendation
effect-beside = Difference from them
effect-before = Before: share of full marks
effect-after = After: share of full marks
effect-difference = Difference, percentage points
effect-interval = 95% interval
effect-drawn = Interval and zero
effect-before_mean = Before: mean mark
effect-after_mean = After: mean mark
effect-rose_beside = The share of full marks rose more for this representative than for those without a recommendation; chance does not explain the difference.
effect-fell_beside = The share of full marks fell for this representative beside those without a recommendation; chance does not explain the difference.
effect-unsure_beside = Chance may explain the difference from those without a recommendation: the interval holds zero.
effect-rose_alone = The share of full marks rose, and chance does not explain it. Without a comparison nobody can say that the recommendation did it.
effect-fell_alone = The share of full marks fell, and chance does not explain it. Without a comparison nobody can say why.
effect-unsure_alone = Chance may explain the difference: the interval holds zero.
effect-others_n = { $n ->
    [one] Compared with { $n } representative without a recommendation about this criterion, in the same time.
   *[other] Compared with { $n } representatives without a recommendation about this criterion, in the same time.
 }
effect-no_others = No comparison is shown: representatives without a recommendation about this criterion have too few calls in that time.
effect-undated = { $n ->
    [one] { $n } call whose time is not known was left out.
   *[other] { $n } calls whose time is not known were left out.
 }
effect-also = { $n ->
    [one] This representative was given { $n } more recommendation about the criterion: the change cannot be put down to this one alone.
   *[other] This representative was given { $n } more recommendations about the criterion: the change cannot be put down to this one alone.
 }
effect-note = Only calls count that were chosen at random, published, not voided, and judged by the same version of the form. A call belongs before or after the recommendation by when it was spoken. Intervals of differences are Newcombe's.
effect-regression = A recommendation mostly follows a bad result, and what follows a bad result often returns to the average without any recommendation. So the assessment it rests on does not count, and the change is held against those without a recommendation.
effect-record = Record the effect
effect-record_line = The numbers shown are kept with your conclusion, and later calls do not change them.
effect-record_do = Record
effect-conclusion = Conclusion

discussions-title = Discussions of results
discussions-none = No discussion was recorded yet.
discussions-waiting = { $n ->
    [one] { $n } record waits for the representative
   *[other] { $n } records wait for the representative
 }
discussions-yours = { $n ->
    [one] { $n } record waits for your answer
   *[other] { $n } records wait for your answer
 }
discussions-held_on = Held on
discussions-topics = What was discussed
discussions-attended = Who attended
discussions-attended_beside = Who attended beside the representative
discussions-outcome = Outcome of the meeting
discussions-made_by = Recorded by
discussions-assessments_n = { $n ->
    [one] { $n } assessment
   *[other] { $n } assessments
 }
discussions-recommendations_n = { $n ->
    [one] { $n } recommendation
   *[other] { $n } recommendations
 }
discussions-assessment = { $v1 }, { $v2 }, score { $v3 }
discussions-recommendation = Recommendation: { $v1 } – { $v2 }
discussions-new = Record a discussion
discussions-new_lead = The record of a meeting that was held. The representative reads it on a page of their own, and confirms it or objects.
discussions-choose = Choose
discussions-choose_representative = Choose a representative
discussions-choose_first = First choose a representative: their assessments and recommendations will stand here.
discussions-nothing = This representative has no published assessment and no recommendation: there is no result to discuss.
discussions-no_account = This representative has no working account, and cannot confirm the record until there is one.
discussions-what = What was discussed
discussions-assessments = Assessments
discussions-when_and_who = When, and who was there
discussions-said = What was said
discussions-by_sector = What the sector said
discussions-by_representative = What the representative said
discussions-by_you = What you said
discussions-hold = Save the record
discussions-hold_line = A saved record does not change: a representative who disagrees adds a word of their own.
discussions-one = Discussion
discussions-meeting = About the meeting
discussions-waits = The representative has not answered yet. The record is closed only after that.
discussions-answer = The representative's answer
discussions-closed = Closing
discussions-close = Close the discussion
discussions-close_note = Note (may be empty)
discussions-close_objected = What was done about the objection
discussions-close_do = Close
discussions-mine = My discussions
discussions-mine_none = No discussion with you was recorded yet.
discussions-your_word = Your answer
discussions-your_word_line = You answer once, and it counts as your signature. If you object, write why.
discussions-your_text = Your word
discussions-agree = I have read and confirm it
discussions-object = I object

proposals-title = Proposals to raise quality
proposals-none = No proposal was written yet.
proposals-name = Title
proposals-addressee = Addressed to
proposals-changed = Last changed
proposals-new = New proposal
proposals-new_lead = A proposal rests on figures or assessments. Its text can be changed until it is sent.
proposals-text = Proposal
proposals-based_on = What it rests on
proposals-based_on_hint = One ground a line: the code of a figure, the id of an assessment, a page of this site (it begins with /), or words of your own.
proposals-due_on = Answer due on
proposals-save_draft = Save the draft
proposals-draft_line = A draft is not up for decision until it is sent.
proposals-save = Save
proposals-one = Proposal
proposals-made = Written
proposals-sent = Sent
proposals-figure = Figure: { $v1 }
proposals-assessment = Assessment: { $v1 }
proposals-send = Send
proposals-send_line = Once sent its text cannot be changed.
proposals-reword = Change the text
proposals-own = You wrote, changed or sent this proposal: somebody else has to decide it.
proposals-waits = The proposal waits for a decision by a head who had no part in it.
proposals-decide = Decide
proposals-decision_text = Grounds of the decision
proposals-accept = Accept
proposals-refuse = Refuse
proposals-decision = Decision
proposals-note_effect = Note the effect
proposals-effect_text = What came of the proposal
proposals-note_do = Note it
proposals-effect = Effect
