# The same names as in ../az, which comes first.

reconciliation-title = Reconciliation
reconciliation-laws = Laws of the stream
reconciliation-looked_at = looked at { $v1 }
reconciliation-broken_by = broken by { $v1 }
reconciliation-waiting = { $v1 } waiting
reconciliation-see_rows = See the rows
reconciliation-balance_lead = Every message that was read is a row, a row that a retention rule has deleted, a repeat or a dead letter. The numbers are those since the account was opened, whatever the period.
reconciliation-nothing_read = No message has been read yet. Topics appear here when the lander runs.
reconciliation-topic = Topic and table
reconciliation-messages = Read
reconciliation-share = What became of them
reconciliation-due = Due after
reconciliation-since = Accounted since
reconciliation-state = State
reconciliation-gaps_lead = What came on each step, and what has not come after it yet. Counted is what falls into the period; the times allowed are limits that wait to be confirmed.
reconciliation-days = { $v1 } d
reconciliation-days_hours = { $v1 } d { $v2 } h
reconciliation-hours = { $v1 } h
reconciliation-hours_minutes = { $v1 } h { $v2 } min
reconciliation-minutes = { $v1 } min

law_state-ok = In order
law_state-waiting = Waiting
law_state-broken = Broken
law_state-since = No account
