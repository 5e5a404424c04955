# The same names as in ../az, which comes first.

call-title = Call
call-suspected = A person must confirm.
call-suspected_line = The machine suspects a critical error. Listen to the evidence: only a person may confirm or reject it.
call-player = Recording
call-play = Play
call-pause = Pause
call-position = Position in the recording
call-speed = Speed
call-space = space
call-key_play = play / pause
call-no_recording = This call has no recording.
call-sound_deleted = The recording's retention period is over; it has been deleted.
call-text_deleted = The transcript's retention period is over; what was said has been deleted.
call-transcript = Transcript
call-made_by = Model { $v1 }, language { $v2 }, mean confidence { $v3 }
call-nothing_said = No speech is heard in the recording.
call-no_transcript = This call has no transcript yet.
call-facts = About the call
call-events = Course of the call
call-verdicts = Verdicts by criterion
call-proposal = Proposed by the machine; people decide.
call-coverage = { $v1 } of the form's weight was marked
call-form = { $v1 }, version { $v2 }
call-no_evaluation = This call has not been evaluated yet.
call-blind = You have still to score this call in a calibration: until you hand it in, what the machine proposed is not shown, or the agreement that is measured would not be your own judgement.
call-score = { $v1 } points
call-unsure = confidence { $v1 }
call-lost_reason = Reason
call-wait = Wait
call-talk = Talk
call-hold = Hold
call-wrap_up = After-call work
call-handle = Handle time
call-representative = Representative
call-location = Location
call-direction = Direction
call-not_found = Call “{ $v1 }” was not found. Check the id or choose one from the list.
call-skip_silence = Skip silence
call-loop = Repeat
call-keys = Keyboard
call-keys_page = Page
call-close = Close
call-key_back = back 5 seconds
call-key_forward = forward 5 seconds
call-key_next = next segment
call-key_previous = previous segment
call-key_slower = slower
call-key_faster = faster
call-key_loop = repeat the marked span or this segment
call-key_skip = skip where nobody speaks
call-key_unmark = stop and take the mark away
call-key_help = this list
call-unplayable = The recording could not be opened. Reload the page; if that does not help, tell the administrator.
call-parts = Parts of the page
call-verdicts_short = Verdicts
call-search = Search the transcript
call-search_previous = Previous hit
call-search_next = Next hit
call-search_none = none
call-follow = Back to what is heard

state-abstained = Abstained
state-suspected = Suspected – a person must confirm

mark-not_applicable = n/a
mark-abstained = –
mark-suspected = !

party-representative = Representative
party-caller = Caller
party-mixed = Both parties

event-offered = Offered
event-ivr_step = Voice menu
event-queued = Queued
event-answered = Answered
event-hold_started = Put on hold
event-hold_ended = Taken off hold
event-transferred = Transferred
event-ended = Ended
event-lost = Lost

detail-wrap_up = after-call work { $v1 }
detail-waited = waited { $v1 }
detail-recorded = recorded
detail-not_recorded = not recorded
detail-returns = returns call { $v1 }

ended_by-caller = by the caller
ended_by-representative = by the representative
ended_by-system = by the system

location-hall = hall
location-remote = remote

direction-inbound = inbound
direction-outbound = made by the centre

transfer_kind-line = line
transfer_kind-queue = queue
transfer_kind-representative = representative
transfer_kind-external = external number

flag-gap = gaps in the recording
flag-truncated = recording cut off
flag-short = recording too short
flag-silent = no speech
flag-caller_silent = caller not heard
flag-representative_silent = representative not heard
flag-incomplete_audio = recording incomplete
flag-one_channel = both parties on one channel

call-corrected = corrected
call-first_words = The machine wrote
call-correct = Correct
call-key_correct = Correct the words that are heard
call-correct_save = Save
call-correct_cancel = Cancel
call-correct_words = The words that were said
call-correct_failed = The correction was not saved
