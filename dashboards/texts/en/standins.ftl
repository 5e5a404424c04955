# Standing in: the rights of another role, for some days.

standins-title = Standing in
standins-lead = A deputy or a sector’s head has the rights of another role too on certain days (ST 5.4–5.6). They end by themselves with the days. Nobody decides a dispute of their own assessment even so.
standins-days = Days
standins-ground = Ground (the order’s number, its day)
standins-role = Stands in as
standins-from = First day
standins-until = Last day
standins-do = Note the standing in
standins-end = End before its time
standins-why = Why it ends
standins-holds = In force
standins-to_come = Not begun
standins-over = Over
standins-ended = Ended before its time
standin_wrong-role = Choose assessor, lead or head; not the person’s own role.
standin_wrong-person = This account cannot stand in for others.
standin_wrong-from = Choose the first day.
standin_wrong-until = The last day is not before today or the first day, and within a year of that.
standin_wrong-ground = Write the ground, in at most 200 characters.
standin_wrong-why = Write why it ends.
