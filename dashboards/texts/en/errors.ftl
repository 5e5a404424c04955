# The same names as in ../az, which comes first.

error-home = Back to the figures
error-not_found = Page not found
error-not_found_line = Check the address or choose a section.
error-internal = The page could not be made
error-internal_line = The error was logged. Try again in a while.
error-bad_request = The request is not right
error-bad_request_line = Check the choices and try again.
error-method = That cannot be done here
error-method_line = This address does not take such a request.
error-refused = This is not open to you
error-wait = Wait a moment
error-slow = The answer took too long
error-slow_line = Choose a shorter period or try again in a while.
error-bad_period = period “{ $v1 }” cannot be read; write 2026, 2026-01, 2026-W03, 2026-01-14 or 2026-01-14..2026-02-03
error-bad_page = page “{ $v1 }” cannot be read; write a whole number from 1
error-bad_choice = choice “{ $v1 }” is unknown; take one from the list
error-no_figure = there is no figure “{ $v1 }”; choose one from the list
