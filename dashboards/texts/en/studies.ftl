# Opinions, analyses, notes on practice.

studies-title = Opinions and studies
studies-none = Nothing has been written yet.
studies-new = New study
studies-new_lead = Opinions on draft acts, analyses of legislation, international practice, and what the centre’s efficiency depends on (ST 3.0.7, 4.0.5, 6.7.4, 6.8.2).
studies-name = Name
studies-nature = Kind
studies-text = Text
studies-source = Source
studies-source_hint = The act, letter or publication that it is about
studies-link = Address (if there is one)
studies-open = Open the source
studies-due_on = Last day (if it was asked for)
studies-finished = Finished
studies-finish = It is finished
studies-rewrite = Change the text
studies-withdraw = Withdraw
studies-withdraw_line = What is withdrawn stays in the list and is not changed any more.

study_nature-opinion = Opinion on a draft act
study_nature-draft_act = Draft of a legal act
study_nature-analysis = Analysis of legislation
study_nature-practice = International practice, research
study_nature-efficiency = What efficiency depends on

study_state-drafted = Draft
study_state-finished = Finished
study_state-withdrawn = Withdrawn

study_action-write = Written
study_action-rewrite = Text changed
study_action-finish = Finished
study_action-withdraw = Withdrawn

improve_wrong-nature = Choose the kind from the list.
improve_wrong-source = Write the source, in at most 200 characters.
improve_wrong-link = Write the address with https://, or leave it out.
