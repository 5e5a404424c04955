# The same names as in ../az, which comes first.

dictionary-title = Data dictionary
dictionary-lead = What can be asked: tables, views, figures and reference tables, with their columns, types and meanings.
dictionary-look_up = Look up in the dictionary
dictionary-hint = for example: wait, caller_key
dictionary-apply = Look up
dictionary-clear = Clear
dictionary-kinds = Parts of the dictionary
dictionary-export = Download:
dictionary-found = Found: { $v1 }, columns: { $v2 }
dictionary-none = Nothing was found for “{ $v1 }”. Write less, or choose another word.
dictionary-columns = columns: { $v1 }
dictionary-columns_of = { $v1 }: columns
dictionary-some_columns = { $v1 } of { $v2 } columns
dictionary-whole = All columns
dictionary-topic = Kafka topic
dictionary-every_revision = With every revision
dictionary-file = File
dictionary-column = Column
dictionary-type = Type
dictionary-unit = Unit
dictionary-meaning = Meaning
dictionary-definition = Definition and rows

kind-table = Tables
kind-view = Views
kind-figure = Figures
kind-reference = Reference tables

kind_lead-table = Events as they came in: one row an event, in its latest revision.
kind_lead-view = Made of the tables: one row a call, a sheet or a verdict.
kind_lead-figure = Each is one SQL file; over the SQL port its name begins with figure_ and it takes a period and a line.
kind_lead-reference = With the days on which they hold: lines, targets, limits, hours of service, calendar.
