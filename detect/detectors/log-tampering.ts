// Audit logs switched off, narrowed or deleted, or the alarms that rest on them.
import { kindOfActionDetector } from "../kind-of-action-detector.ts";

export const logTampering = kindOfActionDetector({
  id: "log-tampering",
  title: "Logging switched off or narrowed",
  does: "changes or deletes logging",
  isGraverForItself: false,
  patterns: [
    /^cloudtrail:(?:stoplogging|deletetrail|updatetrail|put(?:event|insight)selectors|deleteeventdatastore|updateeventdatastore|stopeventdatastoreingestion)$/,
    /^cloudtrail:(?:deregisterorganizationdelegatedadmin|deletechannel|updatechannel)$/,
    // The audit log of a cluster is a setting of the cluster; other settings travel in the same call.
    /^eks:updateclusterconfig$/,
    /^container\.googleapis\.com:.*clustermanager\.setloggingservice$/,
    /^auditregistration\.k8s\.io:(?:create|update|patch|delete|deletecollection) auditsinks$/,
    /^config:(?:stopconfigurationrecorder|deleteconfigurationrecorder|deletedeliverychannel)$/,
    /^guardduty:(?:deletedetector|updatedetector|createfilter|updatefilter|stopmonitoringmembers|disassociatemembers|deletemembers)$/,
    /^securityhub:(?:disablesecurityhub|batchdisablestandards)$/,
    /^logs:(?:deleteloggroup|deletelogstream|deletesubscriptionfilter|deletemetricfilter)$/,
    /^ec2:deleteflowlogs$/,
    /^route53resolver:(?:deleteresolverquerylogconfig|disassociateresolverquerylogconfig)$/,
    /^wafv?2?:deleteloggingconfiguration$/,
    /^logging\.googleapis\.com:.*configservicev2\.(?:(?:update|delete)(?:sink|bucket)|(?:create|update)exclusion|updatesettings)/,
    /^logging\.googleapis\.com:.*loggingservicev2\.deletelog/,
    /^microsoft\.insights:microsoft\.insights\/(?:diagnosticsettings|logprofiles|activitylogalerts|datacollectionrules)\/delete$/,
    /^microsoft\.operationalinsights:microsoft\.operationalinsights\/workspaces\/(?:delete|tables\/delete|purge\/action)$/,
    /^microsoft\.securityinsights:microsoft\.securityinsights\/(?:alertrules|dataconnectors)\/delete$/,
    /^(?:core|events\.k8s\.io):(?:delete|deletecollection) events$/,
  ],
  techniques: ["T1685.002"],
  nonHumanIdentityRisks: ["NHI5"],
  needs: "Management events; they are what is switched off, so that what is seen is the last of it.",
  falsePositives: [
    "A migration of logging, or the first change of it by a pipeline that owns it.",
    "A change of a cluster on EKS that leaves its logging as it was.",
    "Log groups deleted with the application that wrote them.",
  ],
  blindSpots: [
    "What a changed setting says: an exemption in an IAM policy's audit configuration, a sink's filter.",
    "The audit policy file of a Kubernetes API server that somebody runs: no call changes it. That its log stops shows (findings of kind source).",
    "Buckets in which logs lie, emptied or given a lifecycle.",
    "Agents stopped on a machine.",
  ],
  checks: ["Is logging on again?", "What came from the identity in the hour before?", "What is missing since?"],
});
