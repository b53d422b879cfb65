-- How do the sinks fare? Asked by the alert loop at its start, and by `deliveries`.
SELECT
    toString(sink_id) AS sink_id,
    configuration,
    toString(alert_sinks.state) AS state,
    toUnixTimestamp64Milli(since) AS since_ms,
    reason,
    toString(alert_sinks.version) AS version
FROM alert_sinks FINAL
ORDER BY sink_id, configuration
