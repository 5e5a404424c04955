# The same names as in ../az, which comes first.

calls-title = Calls
calls-filters = Choose calls
calls-total = { $v1 } calls
calls-period = Period
calls-any_period = All periods
calls-line = Line
calls-any_line = All lines
calls-outcome = Outcome
calls-any_outcome = All
calls-representative = Representative
calls-any_representative = All
calls-evaluation = Evaluation
calls-any_evaluation = All
calls-evaluated = Evaluated
calls-not_evaluated = Not evaluated
calls-suspected = Critical suspicion
calls-apply = Show
calls-reset = Clear
calls-none = No calls yet. They appear here as events come in.
calls-none_filtered = No call fits this choice.
calls-offered_at = Offered
calls-wait = Wait
calls-handle = Handle
calls-call = Call id
calls-has_recording = Has a recording
calls-pages = Pages of the list
calls-previous = Previous
calls-next = Next
calls-range = { $v1 } – { $v2 } of { $v3 }

outcome-answered = Answered
outcome-lost = Lost
outcome-ordered = Left an order
outcome-open = Unfinished
outcome-unknown = No events

evaluation-proposed = Proposed
evaluation-critical_suspected = Critical suspicion
evaluation-abstained = Abstained

lost_reason-abandoned_in_queue = hung up while waiting in the queue
lost_reason-abandoned_in_ivr = hung up in the voice menu
lost_reason-system_error = system error
lost_reason-refused = turned away
