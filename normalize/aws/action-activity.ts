// Service, action and class of an AWS call: a table of the operations whose class their name and readOnly do not tell.
import type { Activity } from "../../model/identity-action.ts";
import { ValueGroup } from "../../model/value-group.ts";
import { memoize } from "../memoize.ts";

export interface AwsAction {
  readonly service: string;
  readonly action: string;
  readonly activity: Activity;
  readonly group: ValueGroup;
}

/** `readOnly` as the record has it ("true", "false", "" where it does not say); `isData` where it is a data event. */
export const describeAction: (eventSource: string, eventName: string, readOnly: string, isData: boolean) => AwsAction = memoize(
  (eventSource: string, eventName: string, readOnly: string, isData: boolean) => {
    const service = serviceOfSource(eventSource);
    return { service, action: eventName, activity: activityOf(service, eventName, readOnly, isData), group: new ValueGroup() };
  },
  { primary: 1 },
);

function serviceOfSource(eventSource: string): string {
  const end = eventSource.indexOf(".amazonaws.com");
  return end > 0 ? eventSource.slice(0, end) : eventSource;
}

function activityOf(service: string, eventName: string, readOnly: string, isData: boolean): Activity {
  // Lambda and CloudFront carry their API's date in the name: CreateFunction20150331v2, UpdateDistribution2020_05_31.
  const operation = eventName.replace(/\d{4}_?\d{2}_?\d{2}(?:v\d)?$/, "");
  const named = operationActivities.get(`${service} ${operation}`) ?? operationActivities.get(`* ${operation}`);
  if (named !== undefined) return named;
  if (authServices.has(service)) return "auth";
  const reads = readOnly === "" ? readingVerb.test(operation) : readOnly === "true";
  if (isData) return reads ? "data-read" : "data-write";
  if (reads) return "read";
  return adminServices.has(service) ? "admin" : "write";
}

const readingVerb =
  /^(?:BatchGet|BatchDescribe|BatchCheck|Get|List|Describe|Head|Search|Lookup|Query|Scan|Select|Check|View|Preview|Simulate|Validate|Verify|Test|Estimate|Filter|Discover|Download|Count|Detect|Retrieve|Read|Is|Has|Generate.*Report)/;

/** Whatever is called there proves an identity or issues a credential. */
const authServices = new Set(["sts", "signin", "sso-oauth", "sso-oidc", "eks-auth", "authentication.signin"]);

/** Services of rights, identities, keys and audit: every change there is administration. */
const adminServices = new Set([
  "iam",
  "organizations",
  "account",
  "sso",
  "sso-directory",
  "identitystore",
  "rolesanywhere",
  "kms",
  "ram",
  "access-analyzer",
  "verifiedpermissions",
  "lakeformation",
  "acm-pca",
  "cloudhsm",
  "cloudtrail",
  "config",
  "guardduty",
  "securityhub",
  "macie",
  "macie2",
  "detective",
  "inspector2",
  "securitylake",
  "controltower",
  "ds",
]);

/** By class and service. `*` stands for any service. Names without the API's date. */
const activityTable: Readonly<Partial<Record<Activity, Readonly<Record<string, readonly string[]>>>>> = {
  auth: {
    signin: [
      "ConsoleLogin",
      "GetSigninToken",
      "SwitchRole",
      "ExitRole",
      "RenewRole",
      "CheckMfa",
      "CredentialVerification",
      "CredentialChallenge",
      "UserAuthentication",
    ],
    sso: ["Authenticate", "Federate", "CreateToken", "GetRoleCredentials", "Logout", "SignOut", "StartDeviceAuthorization", "RegisterClient"],
    "cognito-identity": ["GetCredentialsForIdentity", "GetId", "GetOpenIdToken", "GetOpenIdTokenForDeveloperIdentity", "UnlinkIdentity"],
    "cognito-idp": [
      "InitiateAuth",
      "AdminInitiateAuth",
      "RespondToAuthChallenge",
      "AdminRespondToAuthChallenge",
      "SignUp",
      "ConfirmSignUp",
      "GlobalSignOut",
      "ForgotPassword",
      "ConfirmForgotPassword",
      "Login_GET",
      "Login_POST",
      "Token_POST",
      "Authorize_GET",
      "UserInfo_GET",
      "RevokeToken",
    ],
    rolesanywhere: ["CreateSession"],
    ecr: ["GetAuthorizationToken"],
    "ecr-public": ["GetAuthorizationToken"],
    codeartifact: ["GetAuthorizationToken"],
    redshift: ["GetClusterCredentials", "GetClusterCredentialsWithIAM"],
    "redshift-serverless": ["GetCredentials"],
  },
  "secret-read": {
    secretsmanager: ["GetSecretValue", "BatchGetSecretValue"],
    ec2: ["GetPasswordData"],
    acm: ["ExportCertificate"],
    apigateway: ["GetApiKey", "GetApiKeys"],
    appsync: ["ListApiKeys"],
    lightsail: ["DownloadDefaultKeyPair", "GetInstanceAccessDetails", "GetRelationalDatabaseMasterUserPassword"],
    "cognito-idp": ["DescribeUserPoolClient"],
  },
  "data-read": {
    s3: ["GetObject", "HeadObject", "SelectObjectContent", "GetObjectTorrent", "GetObjectAttributes", "WriteGetObjectResponse"],
    dynamodb: ["GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems", "GetRecords"],
    sqs: ["ReceiveMessage"],
    kinesis: ["GetRecords", "SubscribeToShard", "GetShardIterator"],
    kms: ["Decrypt", "Verify", "VerifyMac", "DeriveSharedSecret"],
    ssm: ["GetParameter", "GetParameters", "GetParametersByPath", "GetParameterHistory"],
    logs: ["GetLogEvents", "FilterLogEvents", "StartQuery", "GetQueryResults", "StartLiveTail", "GetLogRecord", "Unmask"],
    ebs: ["GetSnapshotBlock"],
    ecr: ["BatchGetImage", "GetDownloadUrlForLayer"],
    athena: ["StartQueryExecution", "GetQueryResults", "GetQueryResultsStream"],
    bedrock: [
      "InvokeModel",
      "InvokeModelWithResponseStream",
      "Converse",
      "ConverseStream",
      "Retrieve",
      "RetrieveAndGenerate",
      "InvokeAgent",
      "InvokeFlow",
    ],
    codecommit: ["GitPull", "GetBlob", "GetFile", "GetFolder"],
    glacier: ["GetJobOutput"],
  },
  "data-write": {
    s3: [
      "PutObject",
      "DeleteObject",
      "DeleteObjects",
      "CopyObject",
      "RestoreObject",
      "CreateMultipartUpload",
      "CompleteMultipartUpload",
      "AbortMultipartUpload",
      "UploadPart",
      "UploadPartCopy",
      "PutObjectTagging",
      "DeleteObjectTagging",
      "PutObjectRetention",
      "PutObjectLegalHold",
      "RenameObject",
      "PostObject",
    ],
    dynamodb: [
      "PutItem",
      "UpdateItem",
      "DeleteItem",
      "BatchWriteItem",
      "TransactWriteItems",
      "ExecuteTransaction",
      "BatchExecuteStatement",
      "ExecuteStatement",
    ],
    sqs: [
      "SendMessage",
      "SendMessageBatch",
      "DeleteMessage",
      "DeleteMessageBatch",
      "ChangeMessageVisibility",
      "ChangeMessageVisibilityBatch",
      "PurgeQueue",
      "StartMessageMoveTask",
    ],
    sns: ["Publish", "PublishBatch"],
    kinesis: ["PutRecord", "PutRecords"],
    firehose: ["PutRecord", "PutRecordBatch"],
    lambda: ["Invoke", "InvokeAsync", "InvokeWithResponseStream", "InvokeFunction"],
    kms: [
      "Encrypt",
      "ReEncrypt",
      "GenerateDataKey",
      "GenerateDataKeyWithoutPlaintext",
      "GenerateDataKeyPair",
      "GenerateDataKeyPairWithoutPlaintext",
      "GenerateMac",
      "Sign",
    ],
    logs: ["PutLogEvents"],
    xray: ["PutTraceSegments", "PutTelemetryRecords"],
    monitoring: ["PutMetricData"],
    events: ["PutEvents"],
    "rds-data": ["ExecuteStatement", "BatchExecuteStatement", "ExecuteSql"],
    "redshift-data": ["ExecuteStatement", "BatchExecuteStatement"],
    ebs: ["PutSnapshotBlock"],
    ecr: ["PutImage", "UploadLayerPart", "InitiateLayerUpload", "CompleteLayerUpload", "BatchDeleteImage"],
    codecommit: ["GitPush", "PutFile", "DeleteFile", "CreateCommit"],
    ses: ["SendEmail", "SendRawEmail", "SendBulkTemplatedEmail", "SendTemplatedEmail", "SendBulkEmail"],
  },
  write: {
    config: ["PutEvaluations", "PutExternalEvaluation"],
    securityhub: ["BatchImportFindings"],
  },
  read: {
    sts: ["GetCallerIdentity", "GetAccessKeyInfo", "DecodeAuthorizationMessage"],
    iam: [
      "GenerateCredentialReport",
      "GenerateServiceLastAccessedDetails",
      "GenerateOrganizationsAccessReport",
      "SimulateCustomPolicy",
      "SimulatePrincipalPolicy",
    ],
    kms: ["GenerateRandom"],
  },
  admin: {
    "*": ["PutResourcePolicy", "DeleteResourcePolicy", "AddPermission", "RemovePermission", "CreateGrant", "PutPolicy", "DeletePolicy"],
    s3: [
      "PutBucketPolicy",
      "DeleteBucketPolicy",
      "PutBucketAcl",
      "PutObjectAcl",
      "PutBucketPublicAccessBlock",
      "DeleteBucketPublicAccessBlock",
      "PutAccountPublicAccessBlock",
      "DeleteAccountPublicAccessBlock",
      "PutPublicAccessBlock",
      "DeletePublicAccessBlock",
      "PutAccessPointPolicy",
      "DeleteAccessPointPolicy",
      "PutBucketOwnershipControls",
      "DeleteBucketOwnershipControls",
      "PutBucketLogging",
      "CreateAccessGrant",
      "DeleteAccessGrant",
    ],
    ec2: [
      "ModifySnapshotAttribute",
      "ModifyImageAttribute",
      "ModifyFpgaImageAttribute",
      "AssociateIamInstanceProfile",
      "ReplaceIamInstanceProfileAssociation",
      "DisassociateIamInstanceProfile",
      "DeleteFlowLogs",
      "CreateFlowLogs",
      "CreateKeyPair",
      "ImportKeyPair",
      "DeleteKeyPair",
      "EnableSerialConsoleAccess",
      "ModifyVpcEndpointServicePermissions",
      "DisableEbsEncryptionByDefault",
      "ModifyInstanceMetadataOptions",
      "DisableImageBlockPublicAccess",
      "DisableSnapshotBlockPublicAccess",
    ],
    lambda: ["AddLayerVersionPermission", "RemoveLayerVersionPermission"],
    rds: ["ModifyDBSnapshotAttribute", "ModifyDBClusterSnapshotAttribute", "AddRoleToDBCluster", "AddRoleToDBInstance"],
    ecr: ["SetRepositoryPolicy", "DeleteRepositoryPolicy", "PutRegistryPolicy", "DeleteRegistryPolicy"],
    "ecr-public": ["SetRepositoryPolicy", "DeleteRepositoryPolicy"],
    eks: [
      "AssociateAccessPolicy",
      "DisassociateAccessPolicy",
      "CreateAccessEntry",
      "UpdateAccessEntry",
      "DeleteAccessEntry",
      "CreatePodIdentityAssociation",
      "UpdatePodIdentityAssociation",
      "DeletePodIdentityAssociation",
      "AssociateIdentityProviderConfig",
      "DisassociateIdentityProviderConfig",
    ],
    logs: [
      "DeleteLogGroup",
      "DeleteLogStream",
      "PutRetentionPolicy",
      "PutSubscriptionFilter",
      "DeleteSubscriptionFilter",
      "PutDestinationPolicy",
      "PutDataProtectionPolicy",
      "DeleteDataProtectionPolicy",
    ],
    monitoring: ["DeleteAlarms", "DisableAlarmActions"],
    glue: ["PutDataCatalogEncryptionSettings"],
    elasticfilesystem: ["PutFileSystemPolicy", "DeleteFileSystemPolicy"],
    backup: ["PutBackupVaultAccessPolicy", "DeleteBackupVaultAccessPolicy", "DeleteBackupVaultLockConfiguration"],
    glacier: ["SetVaultAccessPolicy", "DeleteVaultAccessPolicy"],
    "cognito-idp": [
      "AdminCreateUser",
      "AdminDeleteUser",
      "AdminSetUserPassword",
      "AdminAddUserToGroup",
      "AdminResetUserPassword",
      "AdminUpdateUserAttributes",
    ],
    "cognito-identity": ["SetIdentityPoolRoles"],
    apigateway: ["CreateApiKey", "DeleteApiKey"],
    appsync: ["CreateApiKey", "DeleteApiKey"],
    transfer: ["ImportSshPublicKey", "DeleteSshPublicKey", "CreateUser", "UpdateUser", "DeleteUser"],
    iot: [
      "CreateKeysAndCertificate",
      "CreateCertificateFromCsr",
      "RegisterCertificate",
      "AttachPolicy",
      "DetachPolicy",
      "CreatePolicy",
      "CreateRoleAlias",
      "UpdateRoleAlias",
    ],
    bedrock: ["DeleteModelInvocationLoggingConfiguration", "PutModelInvocationLoggingConfiguration"],
    codebuild: ["UpdateProjectVisibility", "ImportSourceCredentials", "DeleteSourceCredentials"],
    waf: ["DeleteLoggingConfiguration"],
    wafv2: ["DeleteLoggingConfiguration", "PutPermissionPolicy", "DeletePermissionPolicy"],
    ses: ["PutIdentityPolicy", "DeleteIdentityPolicy"],
    events: ["PutPermission"],
    es: ["UpdateElasticsearchDomainConfig"],
    secretsmanager: ["CancelRotateSecret"],
  },
};

const operationActivities: ReadonlyMap<string, Activity> = new Map(
  Object.entries(activityTable).flatMap(([activity, services]) =>
    Object.entries(services).flatMap(([service, operations]) =>
      operations.map((operation): [string, Activity] => [`${service} ${operation}`, activity as Activity]),
    ),
  ),
);
