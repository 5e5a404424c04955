# Employment: an employee's position, professional level and length of service.

employments-title = Employment
employments-lead = A sector's head divides the work by length of service and professional level (ST 5.8). Every change stays in the history.
employments-position = Position
employments-level = Professional level
employments-serves_since = First day of service
employments-skills = Structures and topics they know
employments-service = Length of service
employments-service_is = { $years ->
    [0] { $months } mo
   *[other] { $years } y { $months } mo
 }
employments-changed = Somebody else changed the employment meanwhile; this is how it stands. What you typed is still in the fields: if you save, it takes its place.
employments-do = Save
employment_wrong-position = Write the position, 200 characters at most.
employment_wrong-level = Keep the level under 200 characters.
employment_wrong-serves_since = Choose the first day of service, not later than today.
employment_wrong-skills = Write the structures and topics more briefly.
