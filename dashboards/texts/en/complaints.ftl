# Complaints about representatives and the centre's service.

complaints-title = Complaints
complaints-lead = Complaints about representatives and the centre’s service: investigation, measure, answer to the person. Whoever a complaint is about does not see it.
complaints-new = New complaint
complaints-new_lead = Do not write the person’s name. Where a call is named, whoever answered it is taken from the records.
complaints-note = Note it
complaints-one = Complaint
complaints-lists = Lists of complaints
complaints-open = Under way
complaints-closed = Closed
complaints-total = { $n ->
    [one] { $n } complaint
   *[other] { $n } complaints
 }
complaints-late = late
complaints-late_n = { $v1 } late
complaints-none = There is no complaint here.
complaints-received_on = Received
complaints-channel = Channel
complaints-kind = About
complaints-about = Representative
complaints-about_hint = Leave it empty where a call is named.
complaints-nobody = Not named
complaints-call = Call
complaints-call_hint = Id of the call, where it is known.
complaints-wish = What the person wants
complaints-wish_hint = What they are unhappy with and want done. Write no name, telephone or other personal data.
complaints-due = Due
complaints-state = State
complaints-noted_by = Noted by
complaints-no_call = There is no call “{ $v1 }”. Check the id, or leave it empty.
complaints-other_representative = That call was answered by { $v1 }. Choose nobody else.
complaints-investigation = Investigation
complaints-investigate = What the investigation found
complaints-investigate_line = Whoever the complaint is about cannot investigate it.
complaints-investigate_do = Write the finding
complaints-finding = Finding
complaints-found_text = What was found
complaints-investigator = Investigator
complaints-investigated_on = Investigated on
complaints-specialist = Invited specialist
complaints-specialist_hint = Where one was invited: name and position.
complaints-act = Measure
complaints-act_which = What is done
complaints-measure = Description
complaints-measure_hint = The measure, or number and content of the letter to the Ministry.
complaints-measure_title = Measure taken
complaints-sent_title = Sent to the Ministry
complaints-answer_do = Answer to the person
complaints-answer_line = The day of the answer is the day on which the complaint closes.
complaints-answer_title = What the person was told
complaints-answered_on = Day of the answer
complaints-answer = What was said
complaints-withdraw = Withdraw the complaint
complaints-withdraw_line = Where the person took it back, or it was noted by mistake.
complaints-withdraw_reason = Why it is withdrawn
complaints-to_need = Note a training need
complaints-note_of_call = Note a complaint

complaint_state-received = Received
complaint_state-investigated = Investigated
complaint_state-measure_taken = Measure taken
complaint_state-sent = Sent to the Ministry
complaint_state-answered = Answered
complaint_state-withdrawn = Withdrawn

complaint_kind-conduct = Conduct of the representative
complaint_kind-correctness = Correctness and completeness of the answer
complaint_kind-confidentiality = Confidentiality
complaint_kind-waiting = Waiting time and availability
complaint_kind-service = Another side of the service

complaint_channel-call = Call
complaint_channel-written = Letter
complaint_channel-electronic = Electronic
complaint_channel-reception = Reception
complaint_channel-survey = Survey
complaint_channel-ministry = From the Ministry

complaint_finding-confirmed = Confirmed
complaint_finding-partly = Partly confirmed
complaint_finding-not_confirmed = Not confirmed

complaint_act-measure = A measure is taken
complaint_act-ministry = It is sent to the Ministry

complaint_action-note = Noted
complaint_action-investigate = Investigated
complaint_action-measure = Measure taken
complaint_action-send = Sent to the Ministry
complaint_action-answer = Answered
complaint_action-withdraw = Withdrawn

complaint_wrong-received_on = Write the day on which it came; it must not lie ahead.
complaint_wrong-wish = Write what the person wants: up to 4000 characters.
complaint_wrong-representative = This complaint is about you: somebody else has to note it.
complaint_wrong-investigator = It cannot be whoever the complaint is about: choose another active person.
complaint_wrong-text = Write what was found: up to 4000 characters.
complaint_wrong-specialist = The text is too long: keep it within 200 characters.
complaint_wrong-measure = Write what was done: up to 4000 characters.
complaint_wrong-answered_on = Choose a day between the complaint’s and today.
complaint_wrong-answer = Write what the person was told: up to 4000 characters.
complaint_wrong-reason = Write the reason: up to 4000 characters.
