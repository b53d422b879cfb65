-- Which combinations of terms were met in each step that the rule's history window before it does not hold? See elastic-new-terms.ts.
-- A rule: name, days of history, risk score, whether it applies, its terms.
WITH
{identity_key:String} = 'identity_uid' AS is_ours,
if(is_ours, identity_uid, caller_name) AS user_name,
if(is_ours, identity_uid, caller_arn) AS user_arn,
if(is_ours, identity_uid, caller_id) AS user_id,
source = 'aws-cloudtrail' AS is_aws,
provider = 'kubernetes' AS is_kubernetes,
outcome = 'success' AS is_success,
user_agent != '' AND user_agent NOT LIKE '%kubernetes/$Format%' AS has_agent,
splitByChar(' ', action)[1] AS verb,
if(outcome = 'denied', 'forbid', 'allow') AS decision,
match(user_agent, 'erraform|cloudformation\\.amazonaws\\.com|ulumi|nsible') AS is_deployment,
met AS
(
    SELECT
        toString(user_name) AS identity,
        rule.1 AS rule_name,
        rule.2 AS history_days,
        rule.3 AS risk,
        rule.5 AS terms,
        intDiv(toUnixTimestamp64Milli(received_at) + {step_ms:Int64} - 1, {step_ms:Int64}) * {step_ms:Int64} AS moment_ms,
        groupUniqArray(toString(identity_uid)) AS uids,
        groupArraySorted(20)(event_uid) AS events
    FROM seen_actions
    ARRAY JOIN arrayFilter(candidate -> candidate.4, if({rules:String} = 'published',
        [
            -- AWS IAM Long-Term Access Key First Seen from Source IP
            ('access key from new address', 10, 47, is_aws AND is_success AND src_ip != '' AND credential_uid LIKE 'AKIA%',
                [toString(credential_uid), toString(src_ip), '']),
            -- First Time Seen AWS Secret Value Accessed in Secrets Manager
            ('secret first read', 15, 47, is_aws AND is_success AND service = 'secretsmanager' AND action = 'GetSecretValue' AND principal_type = 'iam-role'
                AND NOT match(user_agent, 'Chrome|Firefox|Safari|Edge|Brave|Opera'), [user_id, arrayStringConcat(resource_uids, ' '), '']),
            -- AWS STS Role Assumption by User
            ('role assumed by user', 5, 21, is_aws AND is_success AND service = 'sts' AND action = 'AssumeRole' AND principal_type = 'iam-user',
                [user_arn, arrayStringConcat(resource_uids, ' '), '']),
            -- AWS IAM Permission Boundary or Guardrail Policy Deleted by New Identity
            ('guardrail policy deleted', 7, 47, is_aws AND is_success AND service = 'iam' AND action = 'DeletePolicy' AND NOT is_deployment
                AND match(arrayStringConcat(resource_uids, ' '), 'oundary|eny|estrict|uard|SCP'), [user_arn, '', '']),
            -- Azure Key Vault Secret Key Usage by Unusual Identity: users only, by user principal name
            ('vault read by new user', 14, 43, service = 'microsoft.keyvault' AND is_success AND principal_type = 'user'
                AND match(action, '^(Vault|Key|Secret|Certificate\\w*)(Get|List|sList)'), [user_name, '', '']),
            -- Kubernetes Unusual Decision by User Agent
            ('decision by new agent', 10, 21, is_kubernetes AND has_agent AND NOT (user_agent LIKE 'kubelet%' AND verb IN ('get', 'list', 'watch', 'patch')
                AND NOT hasAny(resource_types, ['pods', 'nodes', 'csinodes', 'csidrivers', 'configmaps', 'secrets', 'events', 'leases', 'runtimeclasses'])),
                [decision, user_name, toString(user_agent)]),
            -- Kubernetes Unusual Service Account Secret Access via New User Agent
            ('service account reads secret', 7, 21, is_kubernetes AND is_success AND has_agent AND action = 'get secrets' AND principal_type = 'k8s-service-account'
                AND src_ip NOT IN ('', '127.0.0.1', '::1'), [user_name, toString(user_agent), toString(src_ip)]),
            -- Kubernetes Forbidden Request from Unusual User Agent
            ('forbidden request of new agent', 7, 47, is_kubernetes AND has_agent AND outcome = 'denied', [toString(user_agent), '', ''])
        ],
        [
            ('new agent and address', 7, 21, user_agent != '' AND src_ip != '', [user_name, toString(user_agent), toString(src_ip)]),
            ('new decision and agent', 10, 21, user_agent != '', [decision, user_name, toString(user_agent)]),
            ('new action', 10, 21, true, [user_name, concat(service, ':', action), ''])
        ])) AS rule
    GROUP BY identity, rule_name, history_days, risk, terms, moment_ms
),
dated AS
(
    SELECT
        *,
        max(moment_ms) OVER (PARTITION BY rule_name, terms ORDER BY moment_ms RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before_ms
    FROM met
)
SELECT
    moment_ms AS as_of_ms,
    identity,
    arraySort(groupUniqArrayArray(uids)) AS identity_uids,
    moment_ms - {step_ms:Int64} AS window_from_ms,
    toFloat64(max(risk)) AS score,
    arrayStringConcat(arraySort(groupUniqArray(rule_name)), ', ') AS reason,
    arraySlice(arraySort(arrayDistinct(groupArrayArray(events))), 1, 20) AS event_uids
FROM dated
WHERE moment_ms > {from_ms:Int64} AND moment_ms <= {to_ms:Int64} AND before_ms < moment_ms - history_days * 86400000
GROUP BY moment_ms, identity
ORDER BY as_of_ms, identity
