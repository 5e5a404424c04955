# The same names as in ../az, which comes first.

rows-definition = How this number came about
rows-figure = Figure
rows-sql = SQL that finds the rows
rows-rows = Rows
rows-computed = The value is computed over the rows below.
rows-none = No rows stand behind this number.
rows-export = Download all rows:
rows-capped = The file holds the first { $v1 } rows. Choose a shorter period for all of them.
rows-open = { $v1 }, { $v2 }: { $v3 } – see the rows
rows-bad_cell = The rows behind this number cannot be opened: “{ $v1 }”. Open the figure and follow one of its numbers.
