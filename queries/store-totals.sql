-- What is in the store? Asked by the first screen, `scan` and `doctor`.
SELECT
    (SELECT count() FROM actions FINAL SETTINGS do_not_merge_across_partitions_select_final = 1) AS actions,
    (SELECT uniqExact(identity_uid) FROM identities) AS identities,
    (SELECT uniqExact(credential_uid) FROM credentials) AS credentials,
    (SELECT count() FROM quarantine FINAL) AS quarantined,
    (SELECT toUnixTimestamp64Milli(min(first_seen)) FROM identities) AS first_at_ms,
    (SELECT toUnixTimestamp64Milli(max(last_seen)) FROM identities) AS last_at_ms
