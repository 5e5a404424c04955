-- figure: assessment_states
-- name_az: Qiymətləndirmələrin halı və məqsədi
-- name_en: Assessments by state and purpose
-- formula: how many assessments stand in each state now, and what they were made for
-- formula_az: hər halda neçə qiymətləndirmə var və onlar hansı məqsədlə aparılıb
-- denominator: assessments published in the period, the latest state of each; of each version of a form by itself
-- unit: assessments
-- source: ST 6.7.1 and 4.0.13; design law P10: people decide
-- group: quality
-- params: period, line
-- base: qa_assessments WHERE published_at >= $from AND published_at < $to AND ($line IS NULL OR line = $line)
-- keys: form_id, form_version, state
-- rows: assessments | true
-- rows: at_random | purpose = 'random'
-- rows: risk | purpose = 'risk'
-- rows: complaint | purpose = 'complaint'
-- rows: calibration | purpose = 'calibration'
-- rows: review | purpose = 'review'
-- column: form_id | Forma | Form | text
-- column: form_version | Formanın buraxılışı | Form version | text
-- column: state | Hal | State | code
-- column: name_az | Hal | State | text_az
-- column: name_en | Hal | State | text_en
-- column: assessments | Cəmi | All | count
-- column: at_random | Təsadüfi | Random | count
-- column: risk | Risk | Risk | count
-- column: complaint | Şikayət | Complaint | count
-- column: calibration | Kalibrləmə | Calibration | count
-- column: review | Təkrar baxış | Review | count
WITH states AS (
  SELECT column1 AS sort, column2 AS state, column3 AS name_az, column4 AS name_en
  FROM (VALUES
    (1, 'published', 'Elan edilib', 'Published'),
    (2, 'seen', 'Baxılıb', 'Seen'),
    (3, 'acknowledged', 'Tanış olunub', 'Acknowledged'),
    (4, 'disputed', 'Etiraz edilib', 'Disputed'),
    (5, 'upheld', 'Etirazdan sonra qüvvədə saxlanılıb', 'Upheld after dispute'),
    (6, 'changed', 'Etirazdan sonra dəyişdirilib', 'Changed after dispute'),
    (7, 'voided', 'Ləğv edilib', 'Voided')
  )
),
counted AS (
  SELECT form_id, form_version, state,
    count(*) AS assessments,
    count(*) FILTER (WHERE purpose = 'random') AS at_random,
    count(*) FILTER (WHERE purpose = 'risk') AS risk,
    count(*) FILTER (WHERE purpose = 'complaint') AS complaint,
    count(*) FILTER (WHERE purpose = 'calibration') AS calibration,
    count(*) FILTER (WHERE purpose = 'review') AS review
  FROM qa_assessments
  WHERE published_at >= $from AND published_at < $to AND ($line IS NULL OR line = $line)
  GROUP BY form_id, form_version, state
)
SELECT c.form_id, c.form_version, c.state, s.name_az, s.name_en, c.assessments, c.at_random, c.risk, c.complaint, c.calibration, c.review
FROM counted c
JOIN states s ON s.state = c.state
ORDER BY c.form_id, c.form_version, s.sort
