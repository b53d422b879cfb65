// The request parameters that name a resource, for the services that records mention most, and the ARN that each makes.
// ARN forms as in the Service Authorization Reference. Adding a service is adding rows.

export interface ResourceRow {
  readonly service: string;
  /** Path in requestParameters; lists on the way are walked through. The first key decides which rows are tried. */
  readonly parameter: string;
  readonly type: string;
  /**
   * {value} is the parameter; {partition}, {region}, {account} come from the record; {1} and {2} are groups of `pattern`;
   * any other name is a sibling parameter, without which the row yields nothing. A value that is an ARN stays as it is.
   */
  readonly arn: string;
  /** The row is only for values that match. */
  readonly pattern?: RegExp;
}

type ShortRow = readonly [parameter: string, type: string, resource: string, pattern?: RegExp];

/** ARNs of the common form, with region and account. */
function regional(service: string, arnService: string, rows: readonly ShortRow[]): ResourceRow[] {
  return rows.map(([parameter, type, resource, pattern]) => ({
    service,
    parameter,
    type,
    arn: `arn:{partition}:${arnService}:{region}:{account}:${resource}`,
    ...(pattern === undefined ? {} : { pattern }),
  }));
}

/** ARNs of services that have no regions. */
function global(service: string, arnService: string, rows: readonly ShortRow[]): ResourceRow[] {
  return rows.map(([parameter, type, resource, pattern]) => ({
    service,
    parameter,
    type,
    arn: `arn:{partition}:${arnService}::{account}:${resource}`,
    ...(pattern === undefined ? {} : { pattern }),
  }));
}

const ec2Resources: readonly (readonly [singular: string, plural: string, type: string, resource: string])[] = [
  ["instanceId", "instancesSet.items.instanceId", "AWS::EC2::Instance", "instance"],
  ["volumeId", "volumeSet.items.volumeId", "AWS::EC2::Volume", "volume"],
  ["groupId", "securityGroupIdSet.items.groupId", "AWS::EC2::SecurityGroup", "security-group"],
  ["vpcId", "vpcSet.items.vpcId", "AWS::EC2::VPC", "vpc"],
  ["subnetId", "subnetSet.items.subnetId", "AWS::EC2::Subnet", "subnet"],
  ["networkInterfaceId", "networkInterfaceIdSet.items.networkInterfaceId", "AWS::EC2::NetworkInterface", "network-interface"],
  ["routeTableId", "routeTableIdSet.items.routeTableId", "AWS::EC2::RouteTable", "route-table"],
  ["networkAclId", "networkAclIdSet.items.networkAclId", "AWS::EC2::NetworkAcl", "network-acl"],
  ["internetGatewayId", "internetGatewayIdSet.items.internetGatewayId", "AWS::EC2::InternetGateway", "internet-gateway"],
  ["natGatewayId", "natGatewayIdSet.items.natGatewayId", "AWS::EC2::NatGateway", "natgateway"],
  ["transitGatewayAttachmentId", "transitGatewayAttachmentIds.items", "AWS::EC2::TransitGatewayAttachment", "transit-gateway-attachment"],
  ["launchTemplateId", "launchTemplateIds.items", "AWS::EC2::LaunchTemplate", "launch-template"],
  ["flowLogId", "flowLogIds.items", "AWS::EC2::FlowLog", "vpc-flow-log"],
  ["vpcEndpointId", "vpcEndpointIdSet.items.vpcEndpointId", "AWS::EC2::VPCEndpoint", "vpc-endpoint"],
  ["allocationId", "allocationIdsSet.items.allocationId", "AWS::EC2::EIP", "elastic-ip"],
  ["keyName", "keySet.items.keyName", "AWS::EC2::KeyPair", "key-pair"],
];

/** CreateTags and its like take ids of any kind. */
const ec2IdPrefixes: readonly (readonly [prefix: string, type: string, resource: string])[] = [
  ["i", "AWS::EC2::Instance", "instance"],
  ["vol", "AWS::EC2::Volume", "volume"],
  ["sg", "AWS::EC2::SecurityGroup", "security-group"],
  ["vpc", "AWS::EC2::VPC", "vpc"],
  ["subnet", "AWS::EC2::Subnet", "subnet"],
  ["eni", "AWS::EC2::NetworkInterface", "network-interface"],
  ["rtb", "AWS::EC2::RouteTable", "route-table"],
  ["acl", "AWS::EC2::NetworkAcl", "network-acl"],
  ["igw", "AWS::EC2::InternetGateway", "internet-gateway"],
  ["nat", "AWS::EC2::NatGateway", "natgateway"],
  ["lt", "AWS::EC2::LaunchTemplate", "launch-template"],
];

const ec2Rows = ec2Resources.flatMap(([singular, plural, type, resource]) =>
  regional("ec2", "ec2", [
    [singular, type, `${resource}/{value}`],
    [plural, type, `${resource}/{value}`],
  ]),
);

// Snapshots and images have no account in their ARN.
const snapshotArn = "arn:{partition}:ec2:{region}::snapshot/{value}";
const imageArn = "arn:{partition}:ec2:{region}::image/{value}";

const queueUrl = /\/(\d+)\/([^/]+)$/;

/** Written with and without the path before it. */
const zoneId = /^(?:\/hostedzone\/)?(Z[0-9A-Z]+)$/;
const zoneArn = "arn:{partition}:route53:::hostedzone/{1}";

/** Parameters that hold an ARN under the same name in many services (tagging, policies). Tried where the service has no row for the name. */
export const anyServiceTable: readonly ResourceRow[] = ["resourceArn", "resourceARN", "resourceArns", "resourceARNs", "resource", "arn"].map(
  (parameter) => ({ service: "*", parameter, type: "", arn: "{value}", pattern: /^arn:/ }),
);

export const resourceTable: readonly ResourceRow[] = [
  { service: "s3", parameter: "key", type: "AWS::S3::Object", arn: "arn:{partition}:s3:::{bucketName}/{value}" },
  { service: "s3", parameter: "bucketName", type: "AWS::S3::Bucket", arn: "arn:{partition}:s3:::{value}" },
  ...ec2Rows,
  ...regional(
    "ec2",
    "ec2",
    ec2IdPrefixes.map(([prefix, type, resource]) => ["resourcesSet.items.resourceId", type, `${resource}/{value}`, new RegExp(`^${prefix}-`)]),
  ),
  { service: "ec2", parameter: "resourcesSet.items.resourceId", type: "AWS::EC2::Snapshot", arn: snapshotArn, pattern: /^snap-/ },
  { service: "ec2", parameter: "resourcesSet.items.resourceId", type: "AWS::EC2::Image", arn: imageArn, pattern: /^ami-/ },
  { service: "ec2", parameter: "snapshotId", type: "AWS::EC2::Snapshot", arn: snapshotArn },
  { service: "ec2", parameter: "snapshotSet.items.snapshotId", type: "AWS::EC2::Snapshot", arn: snapshotArn },
  { service: "ec2", parameter: "imageId", type: "AWS::EC2::Image", arn: imageArn },
  { service: "ec2", parameter: "imagesSet.items.imageId", type: "AWS::EC2::Image", arn: imageArn },
  { service: "ebs", parameter: "snapshotId", type: "AWS::EC2::Snapshot", arn: snapshotArn },
  ...global("iam", "iam", [
    ["userName", "AWS::IAM::User", "user/{value}"],
    ["roleName", "AWS::IAM::Role", "role/{value}"],
    ["groupName", "AWS::IAM::Group", "group/{value}"],
    ["policyArn", "AWS::IAM::Policy", "policy/{value}"],
    ["instanceProfileName", "AWS::IAM::InstanceProfile", "instance-profile/{value}"],
    ["sAMLProviderArn", "AWS::IAM::SAMLProvider", "saml-provider/{value}"],
    ["openIDConnectProviderArn", "AWS::IAM::OIDCProvider", "oidc-provider/{value}"],
    ["policySourceArn", "AWS::IAM::User", "user/{value}"],
    ["serialNumber", "AWS::IAM::VirtualMFADevice", "mfa/{value}"],
    ["virtualMFADeviceName", "AWS::IAM::VirtualMFADevice", "mfa/{value}"],
  ]),
  ...global("sts", "iam", [["roleArn", "AWS::IAM::Role", "role/{value}"]]),
  { service: "sts", parameter: "targetPrincipal", type: "", arn: "arn:{partition}:iam::{value}:root", pattern: /^\d{12}$/ },
  ...regional("kms", "kms", [
    ["keyId", "AWS::KMS::Alias", "{value}", /^alias\//],
    ["keyId", "AWS::KMS::Key", "key/{value}", /^(?!alias\/)/],
    ["aliasName", "AWS::KMS::Alias", "{value}"],
  ]),
  ...regional("lambda", "lambda", [
    ["functionName", "AWS::Lambda::Function", "function:{value}"],
    ["layerName", "AWS::Lambda::LayerVersion", "layer:{value}"],
    ["uUID", "AWS::Lambda::EventSourceMapping", "event-source-mapping:{value}"],
  ]),
  ...regional("dynamodb", "dynamodb", [
    ["tableName", "AWS::DynamoDB::Table", "table/{value}"],
    ["tableArn", "AWS::DynamoDB::Table", "table/{value}"],
    ["backupArn", "AWS::DynamoDB::Backup", "{value}"],
  ]),
  { service: "sqs", parameter: "queueUrl", type: "AWS::SQS::Queue", arn: "arn:{partition}:sqs:{region}:{1}:{2}", pattern: queueUrl },
  ...regional("sqs", "sqs", [["queueName", "AWS::SQS::Queue", "{value}"]]),
  ...regional("sns", "sns", [
    ["topicArn", "AWS::SNS::Topic", "{value}"],
    ["targetArn", "AWS::SNS::Topic", "{value}"],
    ["subscriptionArn", "AWS::SNS::Subscription", "{value}"],
    ["name", "AWS::SNS::Topic", "{value}"],
  ]),
  ...regional("secretsmanager", "secretsmanager", [
    ["secretId", "AWS::SecretsManager::Secret", "secret:{value}"],
    ["secretIdList", "AWS::SecretsManager::Secret", "secret:{value}"],
    ["name", "AWS::SecretsManager::Secret", "secret:{value}"],
  ]),
  ...regional("ssm", "ssm", [
    ["name", "AWS::SSM::Parameter", "parameter{value}", /^\//],
    ["name", "AWS::SSM::Parameter", "parameter/{value}", /^(?!\/)/],
    ["names", "AWS::SSM::Parameter", "parameter{value}", /^\//],
    ["names", "AWS::SSM::Parameter", "parameter/{value}", /^(?!\/)/],
    ["path", "AWS::SSM::Parameter", "parameter{value}", /^\//],
    ["documentName", "AWS::SSM::Document", "document/{value}"],
  ]),
  ...regional("ssm", "ec2", [
    ["instanceIds", "AWS::EC2::Instance", "instance/{value}", /^i-/],
    ["target", "AWS::EC2::Instance", "instance/{value}", /^i-/],
    ["instanceId", "AWS::EC2::Instance", "instance/{value}", /^i-/],
  ]),
  ...regional("logs", "logs", [
    ["logGroupName", "AWS::Logs::LogGroup", "log-group:{value}"],
    ["logGroupIdentifier", "AWS::Logs::LogGroup", "log-group:{value}"],
    ["logGroupNames", "AWS::Logs::LogGroup", "log-group:{value}"],
    ["destinationName", "AWS::Logs::Destination", "destination:{value}"],
  ]),
  ...regional("monitoring", "cloudwatch", [
    ["alarmName", "AWS::CloudWatch::Alarm", "alarm:{value}"],
    ["alarmNames", "AWS::CloudWatch::Alarm", "alarm:{value}"],
  ]),
  ...regional("cloudformation", "cloudformation", [
    ["stackName", "AWS::CloudFormation::Stack", "stack/{value}"],
    ["stackSetName", "AWS::CloudFormation::StackSet", "stackset/{value}"],
  ]),
  ...regional("cloudtrail", "cloudtrail", [
    ["name", "AWS::CloudTrail::Trail", "trail/{value}"],
    ["trailName", "AWS::CloudTrail::Trail", "trail/{value}"],
    ["eventDataStore", "AWS::CloudTrail::EventDataStore", "eventdatastore/{value}"],
  ]),
  ...regional("config", "config", [
    ["configRuleName", "AWS::Config::ConfigRule", "config-rule/{value}"],
    ["configurationRecorderName", "AWS::Config::ConfigurationRecorder", "configuration-recorder/{value}"],
    ["deliveryChannelName", "AWS::Config::DeliveryChannel", "delivery-channel/{value}"],
  ]),
  ...regional("ecr", "ecr", [
    ["repositoryName", "AWS::ECR::Repository", "repository/{value}"],
    ["repositoryNames", "AWS::ECR::Repository", "repository/{value}"],
  ]),
  ...regional("ecs", "ecs", [
    ["task", "AWS::ECS::Task", "task/{value}"],
    ["taskDefinition", "AWS::ECS::TaskDefinition", "task-definition/{value}"],
    ["family", "AWS::ECS::TaskDefinition", "task-definition/{value}"],
    ["service", "AWS::ECS::Service", "service/{cluster}/{value}"],
    ["serviceName", "AWS::ECS::Service", "service/{cluster}/{value}"],
    ["cluster", "AWS::ECS::Cluster", "cluster/{value}"],
    ["clusterName", "AWS::ECS::Cluster", "cluster/{value}"],
  ]),
  ...regional("eks", "eks", [
    ["name", "AWS::EKS::Cluster", "cluster/{value}"],
    ["clusterName", "AWS::EKS::Cluster", "cluster/{value}"],
  ]),
  ...regional("eks-auth", "eks", [["clusterName", "AWS::EKS::Cluster", "cluster/{value}"]]),
  ...regional("rds", "rds", [
    ["dBInstanceIdentifier", "AWS::RDS::DBInstance", "db:{value}"],
    ["dBClusterIdentifier", "AWS::RDS::DBCluster", "cluster:{value}"],
    ["dBSnapshotIdentifier", "AWS::RDS::DBSnapshot", "snapshot:{value}"],
    ["dBClusterSnapshotIdentifier", "AWS::RDS::DBClusterSnapshot", "cluster-snapshot:{value}"],
    ["sourceDBSnapshotIdentifier", "AWS::RDS::DBSnapshot", "snapshot:{value}"],
    ["targetDBSnapshotIdentifier", "AWS::RDS::DBSnapshot", "snapshot:{value}"],
    ["dBParameterGroupName", "AWS::RDS::DBParameterGroup", "pg:{value}"],
    ["dBSubnetGroupName", "AWS::RDS::DBSubnetGroup", "subgrp:{value}"],
    ["resourceName", "AWS::RDS::DBInstance", "db:{value}"],
  ]),
  ...regional("rds-data", "rds", [["resourceArn", "AWS::RDS::DBCluster", "cluster:{value}"]]),
  ...regional("elasticloadbalancing", "elasticloadbalancing", [
    ["loadBalancerArn", "AWS::ElasticLoadBalancingV2::LoadBalancer", "loadbalancer/{value}"],
    ["loadBalancerArns", "AWS::ElasticLoadBalancingV2::LoadBalancer", "loadbalancer/{value}"],
    ["targetGroupArn", "AWS::ElasticLoadBalancingV2::TargetGroup", "targetgroup/{value}"],
    ["listenerArn", "AWS::ElasticLoadBalancingV2::Listener", "listener/{value}"],
    ["ruleArn", "AWS::ElasticLoadBalancingV2::ListenerRule", "listener-rule/{value}"],
    ["loadBalancerName", "AWS::ElasticLoadBalancing::LoadBalancer", "loadbalancer/{value}"],
  ]),
  ...regional("autoscaling", "autoscaling", [
    ["autoScalingGroupName", "AWS::AutoScaling::AutoScalingGroup", "autoScalingGroup:*:autoScalingGroupName/{value}"],
    ["launchConfigurationName", "AWS::AutoScaling::LaunchConfiguration", "launchConfiguration:*:launchConfigurationName/{value}"],
  ]),
  { service: "apigateway", parameter: "restApiId", type: "AWS::ApiGateway::RestApi", arn: "arn:{partition}:apigateway:{region}::/restapis/{value}" },
  { service: "apigateway", parameter: "apiId", type: "AWS::ApiGatewayV2::Api", arn: "arn:{partition}:apigateway:{region}::/apis/{value}" },
  { service: "apigateway", parameter: "resourceArn", type: "AWS::ApiGateway::Stage", arn: "{value}", pattern: /^arn:/ },
  { service: "route53", parameter: "hostedZoneId", type: "AWS::Route53::HostedZone", arn: zoneArn, pattern: zoneId },
  { service: "route53", parameter: "id", type: "AWS::Route53::HostedZone", arn: zoneArn, pattern: zoneId },
  ...global("cloudfront", "cloudfront", [
    ["id", "AWS::CloudFront::Distribution", "distribution/{value}"],
    ["distributionId", "AWS::CloudFront::Distribution", "distribution/{value}"],

    ["name", "AWS::CloudFront::Function", "function/{value}"],
  ]),
  ...regional("acm", "acm", [["certificateArn", "AWS::CertificateManager::Certificate", "certificate/{value}"]]),
  ...regional("acm-pca", "acm-pca", [["certificateAuthorityArn", "AWS::ACMPCA::CertificateAuthority", "certificate-authority/{value}"]]),
  ...regional("elasticache", "elasticache", [
    ["cacheClusterId", "AWS::ElastiCache::CacheCluster", "cluster:{value}"],
    ["replicationGroupId", "AWS::ElastiCache::ReplicationGroup", "replicationgroup:{value}"],
  ]),
  ...regional("redshift", "redshift", [["clusterIdentifier", "AWS::Redshift::Cluster", "cluster:{value}"]]),
  ...regional("redshift-data", "redshift", [["clusterIdentifier", "AWS::Redshift::Cluster", "cluster:{value}"]]),
  ...regional("kinesis", "kinesis", [
    ["streamName", "AWS::Kinesis::Stream", "stream/{value}"],
    ["streamARN", "AWS::Kinesis::Stream", "stream/{value}"],
  ]),
  ...regional("firehose", "firehose", [["deliveryStreamName", "AWS::KinesisFirehose::DeliveryStream", "deliverystream/{value}"]]),
  ...regional("glue", "glue", [
    ["tableName", "AWS::Glue::Table", "table/{databaseName}/{value}"],
    ["databaseName", "AWS::Glue::Database", "database/{value}"],
    ["jobName", "AWS::Glue::Job", "job/{value}"],
    ["crawlerName", "AWS::Glue::Crawler", "crawler/{value}"],
    ["endpointName", "AWS::Glue::DevEndpoint", "devEndpoint/{value}"],
  ]),
  ...regional("athena", "athena", [["workGroup", "AWS::Athena::WorkGroup", "workgroup/{value}"]]),
  ...regional("states", "states", [
    ["stateMachineArn", "AWS::StepFunctions::StateMachine", "stateMachine:{value}"],
    ["executionArn", "AWS::StepFunctions::Execution", "execution:{value}"],
  ]),
  ...regional("events", "events", [
    ["rule", "AWS::Events::Rule", "rule/{value}"],
    ["name", "AWS::Events::Rule", "rule/{value}"],
    ["eventBusName", "AWS::Events::EventBus", "event-bus/{value}"],
  ]),
  ...regional("scheduler", "scheduler", [["name", "AWS::Scheduler::Schedule", "schedule/default/{value}"]]),
  ...regional("codebuild", "codebuild", [
    ["projectName", "AWS::CodeBuild::Project", "project/{value}"],
    ["projectArn", "AWS::CodeBuild::Project", "project/{value}"],
    ["name", "AWS::CodeBuild::Project", "project/{value}"],
  ]),
  ...regional("codepipeline", "codepipeline", [
    ["pipelineName", "AWS::CodePipeline::Pipeline", "{value}"],
    ["name", "AWS::CodePipeline::Pipeline", "{value}"],
  ]),
  ...regional("codecommit", "codecommit", [["repositoryName", "AWS::CodeCommit::Repository", "{value}"]]),
  ...regional("codedeploy", "codedeploy", [["applicationName", "AWS::CodeDeploy::Application", "application:{value}"]]),
  ...regional("elasticfilesystem", "elasticfilesystem", [["fileSystemId", "AWS::EFS::FileSystem", "file-system/{value}"]]),
  ...regional("backup", "backup", [
    ["backupVaultName", "AWS::Backup::BackupVault", "backup-vault:{value}"],
    ["recoveryPointArn", "AWS::Backup::RecoveryPoint", "recovery-point:{value}"],
  ]),
  ...regional("guardduty", "guardduty", [["detectorId", "AWS::GuardDuty::Detector", "detector/{value}"]]),
  ...global("organizations", "organizations", [
    ["accountId", "AWS::Organizations::Account", "account/{value}"],
    ["policyId", "AWS::Organizations::Policy", "policy/{value}"],
  ]),
  ...regional("cognito-idp", "cognito-idp", [["userPoolId", "AWS::Cognito::UserPool", "userpool/{value}"]]),
  ...regional("cognito-identity", "cognito-identity", [["identityPoolId", "AWS::Cognito::IdentityPool", "identitypool/{value}"]]),
  {
    service: "bedrock",
    parameter: "modelId",
    type: "AWS::Bedrock::FoundationModel",
    arn: "arn:{partition}:bedrock:{region}::foundation-model/{value}",
  },
  ...regional("bedrock", "bedrock", [
    ["guardrailIdentifier", "AWS::Bedrock::Guardrail", "guardrail/{value}"],
    ["knowledgeBaseId", "AWS::Bedrock::KnowledgeBase", "knowledge-base/{value}"],
    ["agentId", "AWS::Bedrock::Agent", "agent/{value}"],
  ]),
  ...regional("sagemaker", "sagemaker", [
    ["endpointName", "AWS::SageMaker::Endpoint", "endpoint/{value}"],
    ["notebookInstanceName", "AWS::SageMaker::NotebookInstance", "notebook-instance/{value}"],
    ["trainingJobName", "AWS::SageMaker::TrainingJob", "training-job/{value}"],
    ["domainId", "AWS::SageMaker::Domain", "domain/{value}"],
  ]),
  ...regional("es", "es", [["domainName", "AWS::OpenSearchService::Domain", "domain/{value}"]]),
  ...regional("elasticmapreduce", "elasticmapreduce", [
    ["jobFlowId", "AWS::EMR::Cluster", "cluster/{value}"],
    ["clusterId", "AWS::EMR::Cluster", "cluster/{value}"],
  ]),
  ...regional("batch", "batch", [
    ["jobQueue", "AWS::Batch::JobQueue", "job-queue/{value}"],
    ["jobDefinition", "AWS::Batch::JobDefinition", "job-definition/{value}"],
  ]),
  ...regional("transfer", "transfer", [
    ["userName", "AWS::Transfer::User", "user/{serverId}/{value}"],
    ["serverId", "AWS::Transfer::Server", "server/{value}"],
  ]),
  ...regional("wafv2", "wafv2", [
    ["resourceArn", "AWS::WAFv2::WebACL", "{value}", /^arn:/],
    ["webACLArn", "AWS::WAFv2::WebACL", "{value}", /^arn:/],
  ]),
  ...regional("ses", "ses", [
    ["identity", "AWS::SES::EmailIdentity", "identity/{value}"],
    ["emailIdentity", "AWS::SES::EmailIdentity", "identity/{value}"],
    ["source", "AWS::SES::EmailIdentity", "identity/{value}"],
  ]),
  ...regional("appsync", "appsync", [["apiId", "AWS::AppSync::GraphQLApi", "apis/{value}"]]),
  ...regional("mq", "mq", [["broker-id", "AWS::AmazonMQ::Broker", "broker:{value}"]]),
  ...regional("kafka", "kafka", [["clusterArn", "AWS::MSK::Cluster", "cluster/{value}"]]),
  ...regional("lightsail", "lightsail", [["instanceName", "AWS::Lightsail::Instance", "Instance/{value}"]]),
  ...regional("glacier", "glacier", [["vaultName", "AWS::Glacier::Vault", "vaults/{value}"]]),
  ...global("sso", "sso", [
    ["permissionSetArn", "AWS::SSO::PermissionSet", "permissionSet/{value}"],
    ["instanceArn", "AWS::SSO::Instance", "instance/{value}"],
  ]),
  ...regional("dms", "dms", [["replicationInstanceArn", "AWS::DMS::ReplicationInstance", "rep:{value}"]]),
  ...regional("datasync", "datasync", [["taskArn", "AWS::DataSync::Task", "task/{value}"]]),
  ...regional("iot", "iot", [
    ["thingName", "AWS::IoT::Thing", "thing/{value}"],
    ["certificateId", "AWS::IoT::Certificate", "cert/{value}"],
    ["policyName", "AWS::IoT::Policy", "policy/{value}"],
  ]),
  ...regional("rolesanywhere", "rolesanywhere", [
    ["profileArn", "AWS::RolesAnywhere::Profile", "profile/{value}"],
    ["trustAnchorArn", "AWS::RolesAnywhere::TrustAnchor", "trust-anchor/{value}"],
  ]),
];
