# The same names as in ../az, which comes first.

definitions-title = Definitions of the figures
definitions-lead = Each figure is one SQL file. Pages, reports and SQL queries read the same file.
definitions-groups = Groups of figures

group-calls = Calls
group-lost = Lost calls and callbacks
group-appeals = Appeals and application sheets
group-kpi = Key figures
group-satisfaction = Satisfaction
group-staff = Staff
group-quality = Evaluation of the service
group-data = Completeness of the data
group-stream = Reconciliation of the stream

definition-formula = Formula
definition-denominator = Denominator
definition-unit = Unit
definition-source = Source
definition-sql = SQL
definition-run = The same figure on the command line:
definition-rows = Rows
