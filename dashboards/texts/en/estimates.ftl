# Quality of the centre: the machine’s score over all calls, people’s over random ones, and the corrected mean.

estimates-title = Quality of the centre
estimates-lead = Three numbers side by side: the machine judges all calls, with errors; people judge rightly, but few; the corrected mean puts the two together.
estimates-to_funnel = Results by representative, and the funnel
estimates-none = No call of this period was judged. Choose another period or line.
estimates-centre = Mean score of the centre
estimates-chart = Three mean scores with their 95% intervals
estimates-number = Number
estimates-interval = 95% interval
estimates-n = Calls that it rests on
estimates-means = What it means
estimates-machine = Machine, all calls
estimates-machine_means = The mean of all calls that the machine scored. There are many, so that the interval is narrow; but its systematic error does not show here, and it confirms no critical error. A proposal, no decision.
estimates-people = People, random calls
estimates-people_means = The mean of the effective scores that people gave to calls that chance picked (a call with a critical error is 0). Right, but wide while calls are few.
estimates-corrected = Corrected mean
estimates-corrected_means = The machine’s mean plus the mean difference between people and machine on random calls (prediction-powered mean, Angelopoulos et al. 2023). Right even where the machine errs, because people measure the difference; with a good machine it is narrower than people’s own.
estimates-of_all = { $v1 } scored of { $v2 } judged
estimates-of_random = { $v1 } random calls
estimates-of_both = { $v1 } calls by both, { $v2 } by the machine
estimates-few = No number yet: at least { $needed } random calls are needed, { $more } more.
estimates-nothing = No number: there are too few scores, or all are alike, and there is no interval.
estimates-weighted = Calls were picked with different chances, so that each weighs by the inverse of its chance (Hájek).
estimates-all_unknown = The calls’ chances of being picked are not known: all were taken as equally likely.
estimates-unknown = { $n ->
    [one] { $n } random call whose chance is not known is left out.
   *[other] { $n } random calls whose chance is not known are left out.
 }
estimates-left_out = { $n ->
    [one] { $n } repeated assessment of a call that overlapping plans drew twice is left out: a call counts once, by the assessment that was published first.
   *[other] { $n } repeated assessments of calls that overlapping plans drew twice are left out: a call counts once, by the assessment that was published first.
 }
estimates-random_only = Only random assessments that were published and not voided are in here. What risk, a complaint, a review or calibration picked is in no number. The numbers stand for the calls that plans covered; versions of a form are not mixed. When people marked them they had the machine’s proposals before them; of calls that the machine could not score, and of those that no plan touched, these numbers say nothing.
estimates-criteria = Shortfalls by criterion
estimates-criteria_note = A shortfall is less than the full mark. The machine misses some and reports others that are none; on random calls people measure that, and the share is corrected by it (Rogan and Gladen 1978). Small print is the 95% interval. Calls are not weighted by their chance of being picked here.
estimates-reported = Reported by the machine
estimates-share = Share
estimates-pairs = Pairs with people (n)
estimates-sensitivity = Finds errors
estimates-specificity = Leaves the sound alone
estimates-corrected_share = Corrected share
estimates-criterion_few = Too few: { $errors } more with an error, { $sound } more without
estimates-criterion_coin = Cannot be corrected: the machine’s verdict tells nothing
