# A key section.key is the message section-key. The same names must stand in ../az.

group-live = The live page

live-title = Live
live-lead = The centre as it is now, against its targets.
live-at = Look at another moment (for training)
live-show = Show
live-bad_moment = the moment «{ $v1 }» cannot be read, or has not come yet. Write it in Baku's time, such as 2026-01-14T15:00
live-past = This is not now: it shows { $v1 }.
live-past_line = What happened after that is left out, and the page does not refresh itself.
live-back = Back to now
live-every = The page refreshes itself every { $v1 } seconds
live-pause = Stop refreshing
live-resume = Refresh again
live-offline = The server cannot be reached: what is shown may be old. Last refreshed at
live-signed_out = Your session has ended, and the page does not refresh itself.
live-sign_in = Sign in again
live-moment = Worked out at { $v1 }

live-unknown = Not known
live_state-fresh = The data is fresh
live_state-stale = The data is stale
live_state-none = There is no data
live-late = The data is { $v1 } old
live-newest = newest event at { $v1 }, { $v2 } ago
live-newest_at = newest event at { $v1 }
live-no_events = no call event came in the last 14 days
live-closed = it is outside live hours now
live-seconds = { $v1 } s
live-nothing = No call has come in today yet. Calls will show here as they come.
live-newest_day = Look at the day of the newest calls: { $v1 }

live-now = Now
live-level_last = Service level, last { $v1 } minutes
live-level_day = Service level, today
live-met = target met
live-missed = target missed
live-waiting = Calls waiting now
live-longest = longest wait { $v1 } · in the queue: { $v2 }
live-nobody_waits = nobody waits
live-urgent_open = Urgent, not passed on
live-of_urgent = flagged today: { $v1 } · heard by the machine, not registered: { $v2 }
live-callbacks_open = Waiting for a callback
live-of_due = due today: { $v1 } · done: { $v2 }
live-orders_due = Orders due today
live-overdue = overdue: { $v1 }

live-targets = Targets
live-targets_note = Of the last minutes, calls that wait and can still be answered in time are left out. The day's shares are the key figures themselves.
live-figure = Figure
live-target = Target
live-last = Last { $v1 } minutes
live-today = Today
live-whole_day = measured over the day

live-half_hours = The day by half hour
live-half_hour = Half hour
live-chart = Bars of answered and lost calls by half hour, and a line of those offered; the same numbers stand in the table below
live-no_calls = There are no calls to show.
live-in_time = In time
live-in_time_pct = In time, %

live-lines = Lines
live-lines_note = Waiting: offered, and neither answered nor lost yet. A call that stays open for long is not counted as waiting: its end was not told.
live-line = Line
live-hours = Live service
live-is_open = open
live-is_closed = closed
live-in_queue = In the queue
live-longest_wait = Longest wait
live-ordered = Left an order
live-untold = End not told

live-parts = Calls lost today
live-part = What became of them
live-calls = Calls
live-owed = callback owed

live-orders = Callback orders
live-no_orders = No order is due today.
live-ordered_at = Ordered at
live-due_on = Due on
live-state = State
live-is_due = today
live-is_overdue = overdue

live-callbacks = People who wait for a callback
live-callbacks_note = People whose calls were lost today after more than 10 seconds, who were not answered on redialling and were not called back yet; the oldest first. The caller's key is cut short.
live-no_callbacks = Nobody waits for a callback.
live-lost_at = Lost at
live-caller = Caller
live-hidden = hidden number
live-lost_calls = Lost calls
live-waited = Waited
live-remark = Remark
live-system_error = system error
live-more = { $v1 } more rows are not shown.

live-urgent = Urgent appeals
live-no_urgent = No urgent appeal was flagged today, and the machine heard no sign of one.
live-time = Time
live-topic = Topic
live-since = Since
live-escalated = Passed on
live-passed = passed on
live-passed_after = passed on after { $v1 } min
live-not_passed = not passed on
live-new_urgent = New urgent appeal: at { $v1 }, line { $v2 }
live-new_heard = The machine heard an urgent matter: at { $v1 }, line { $v2 }
live-heard = heard by the machine, no appeal registered
live-heard_not_passed = no escalation heard – check
live-heard_passed = an escalation was heard
live-heard_unknown = cannot tell whether it was passed on – check
