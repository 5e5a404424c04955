# Why a step was refused. The steps' own words stand in phrases.ftl.

problem-refused = This step is not open to you: { $v1 }.
problem-not_found = There is no such thing: { $v1 } { $v2 }.
problem-changed = { $v1 } was changed meanwhile. Open the page again and look.
problem-state = { $v1 } is { $v2 }: { $v3 }.
problem-store = The store of people's work did not answer. The error is in the log; try again in a moment.
problem-statistics_few = Too few yet: there are { $have }, at least { $needed } are needed.
problem-statistics_same = The measure is not defined: all values are the same, and nothing varies.
problem-statistics_refused = This number could not be computed: the data do not meet the terms of the formula. The reason stands in the program’s log.
