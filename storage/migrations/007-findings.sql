-- findings: what detection raised, one row a finding and configuration of detection, written by pipeline/finding-writer.ts, read by `findings` and
-- `finding`. The same finding written again, in any order, is the same row: of two revisions the later one stays. It is kept until
-- somebody deletes it, longer than the actions that it rests on; the budget bounds how many there are.
CREATE TABLE IF NOT EXISTS findings
(
    finding_uid     String                 COMMENT '16 hexadecimal digits, made of whom it is about and of the hour of reception that raised it; see docs/findings.md',
    configuration   LowCardinality(String) COMMENT 'Digest of what detection was told: budget, detectors, model. Findings of another one stay beside these',
    revision        UInt32                 COMMENT 'How many times it was told: grows while it goes on',
    version         UInt64                 COMMENT 'When it last changed, then a digest of the row: which one stays. Written by pipeline/finding-writer.ts only',
    kind            LowCardinality(String) COMMENT 'identity: one identity was odd. So far there is no other',
    budget          Float64                COMMENT 'Findings a day that were asked for when it was raised',
    identity_uid    LowCardinality(String) COMMENT 'Whom it is about',
    identity_name   String                 COMMENT 'As a record of that hour names it; may be empty',
    identity_uids   Array(String)          COMMENT 'All whom it is about, sorted',
    provider        LowCardinality(String),
    principal_type  LowCardinality(String),
    workload_type   LowCardinality(String),
    window_start    DateTime64(3, 'UTC')   COMMENT 'Start of the hour of reception that raised it',
    raised_at       DateTime64(3, 'UTC')   COMMENT 'When it was first known, by the clock of reception: within that hour',
    changed_at      DateTime64(3, 'UTC')   COMMENT 'When it was last told of',
    windows         Array(Tuple(String, Int64)) COMMENT 'Identity and end of the hour of reception (epoch milliseconds) of each window that belongs to it, in order of time: what a decision teaches',
    bits            Float64                COMMENT 'Minus log2 of the p-value of the hour that raised it',
    probability     Float64                COMMENT 'p-value: one hour of all identities in 1/probability is as odd',
    maturity        LowCardinality(String) COMMENT 'What it was compared with: learning (others on their first day), peer (its kind and itself), own',
    severity        LowCardinality(String) COMMENT 'By impact: low, medium, high, critical',
    impact          UInt8                  COMMENT '0 to 100: what the actions can do, how long the credential lives, how far it reaches. Never changes bits',
    impact_reasons  Array(String)          COMMENT 'What the impact is made of',
    confidence      UInt8                  COMMENT '0 to 100, from bits',
    risk            UInt8                  COMMENT '0 to 100, from impact and confidence: the order of the queue',
    detectors       Array(LowCardinality(String)) COMMENT 'Ids, that of the rarest reason first; see docs/detectors.md',
    techniques      Array(LowCardinality(String)) COMMENT 'MITRE ATT&CK',
    nhi_risks       Array(LowCardinality(String)) COMMENT 'OWASP Non-Human Identities Top 10',
    reasons         String                 COMMENT 'JSON array, the rarest first: detector, title, what, observed, baseline, bits, probability',
    members         String                 COMMENT 'JSON array of the identities, the oddest first: identity_uid, identity_name, provider, principal_type, workload_type, bits',
    event_uids      Array(String)          COMMENT 'Events of the hour that raised it: those that show a reason first, at most 20 an identity',
    events          String                 COMMENT 'JSON array: the same events in short, kept for when the actions are gone',
    lineage         String                 COMMENT 'JSON object: up, down (steps of the chain, as received by then), reach (identities that it can hand sessions to), is_cut',
    checks          Array(String)          COMMENT 'What to look at next',
    false_positives Array(String)          COMMENT 'What is known to raise it without harm',
    blind_spots     Array(String)          COMMENT 'What its detectors cannot see'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (finding_uid, configuration);

-- finding_states: what people decided about findings, written by `finding ID --state`, read by `findings` and by detection, which learns at
-- once from what is benign and never from what is confirmed. Rows are only added; the latest that is in force counts, and a finding
-- without any is open.
CREATE TABLE IF NOT EXISTS finding_states
(
    finding_uid  String,
    decided_at   DateTime64(3, 'UTC')   COMMENT 'By our clock; detection knows of it from then on',
    decision_uid String                 COMMENT 'Digest of the other columns: the same decision written twice is one, and of two in one millisecond the greater counts',
    state        LowCardinality(String) COMMENT 'open, acknowledged, benign, confirmed, muted',
    muted_until  DateTime64(3, 'UTC')   COMMENT 'End of a mute, when the decision before it counts again; 1970-01-01 for other states',
    reason       String                 COMMENT 'In the words of whoever decided',
    decided_by   String                 COMMENT 'Name that was given, or that of the user who ran the command'
)
ENGINE = ReplacingMergeTree
ORDER BY (finding_uid, decided_at, decision_uid);
