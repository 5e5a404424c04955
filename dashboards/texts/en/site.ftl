# The same names as in ../az, which comes first.

site-tagline = Service quality of the call centre
site-skip = Skip to content
site-nav = Sections
site-figures = Figures
site-calls = Calls
site-reconciliation = Reconciliation
site-dictionary = Dictionary
site-other_lang = Azərbaycanca
site-footer = Every number is computed by its own SQL file. The machine proposes, people decide.
site-definitions = Definitions of the figures
site-bundle_missing = Styles and scripts have not been bundled. Run this command and build the program again:
site-look_light = Light look
site-look_dark = Dark look

period-year = Year
period-month = Month
period-week = Week
period-day = Day
period-days = Dates
period-year_label = { $v1 }

month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
site-nav_second = Pages of the section

group-work = Work
group-grow = Growth
group-rules = Rules
group-know = Figures
group-keep = Upkeep
