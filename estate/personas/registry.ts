// All personas. Static, so that they can be grepped and typed; the order decides nothing but the order in estate.json.
import type { Persona } from "../persona.ts";
import { aiAgent } from "./ai-agent.ts";
import { aksCiDeployer } from "./aks-ci-deployer.ts";
import { aksWorkloadIdentity } from "./aks-workload-identity.ts";
import { autoscaledWebRole } from "./autoscaled-web-role.ts";
import { awsServiceRoles } from "./aws-service-roles.ts";
import { azureAutomation } from "./azure-automation.ts";
import { azureDataFactory } from "./azure-data-factory.ts";
import { azureFunction } from "./azure-function.ts";
import { azureGithubFederated } from "./azure-github-federated.ts";
import { azureMonitoringVendor } from "./azure-monitoring-vendor.ts";
import { azureOpenaiAgent } from "./azure-openai-agent.ts";
import { azurePeople } from "./azure-people.ts";
import { azureServicePrincipal } from "./azure-service-principal.ts";
import { azureToAws } from "./azure-to-aws.ts";
import { breakGlass } from "./break-glass.ts";
import { dataPipeline } from "./data-pipeline.ts";
import { eksCiDeployer } from "./eks-ci-deployer.ts";
import { eksPodIdentity } from "./eks-pod-identity.ts";
import { entraProvisioning } from "./entra-provisioning.ts";
import { gcpCi } from "./gcp-ci.ts";
import { gcpCloudRun } from "./gcp-cloud-run.ts";
import { gcpComposer } from "./gcp-composer.ts";
import { gcpDataPipeline } from "./gcp-data-pipeline.ts";
import { gcpOnPremKey } from "./gcp-on-prem-key.ts";
import { gcpPeople } from "./gcp-people.ts";
import { gcpServiceAgent } from "./gcp-service-agent.ts";
import { gcpTerraform } from "./gcp-terraform.ts";
import { gcpVertexAgent } from "./gcp-vertex-agent.ts";
import { githubCi } from "./github-ci.ts";
import { gkeWorkloadIdentity } from "./gke-workload-identity.ts";
import { iotFleet } from "./iot-fleet.ts";
import { irsaPod } from "./irsa-pod.ts";
import { kubernetesCertificates } from "./kubernetes-certificates.ts";
import { kubernetesCiDeployer } from "./kubernetes-ci-deployer.ts";
import { kubernetesController } from "./kubernetes-controller.ts";
import { kubernetesCronjob } from "./kubernetes-cronjob.ts";
import { kubernetesGitops } from "./kubernetes-gitops.ts";
import { kubernetesKubelet } from "./kubernetes-kubelet.ts";
import { kubernetesNodeAgent } from "./kubernetes-node-agent.ts";
import { kubernetesOperator } from "./kubernetes-operator.ts";
import { kubernetesPeople } from "./kubernetes-people.ts";
import { kubernetesReviewer } from "./kubernetes-reviewer.ts";
import { lambdaOnEvents } from "./lambda-on-events.ts";
import { monthlyBilling } from "./monthly-billing.ts";
import { nightlyBackup } from "./nightly-backup.ts";
import { onPremService } from "./on-prem-service.ts";
import { quarterlyAudit } from "./quarterly-audit.ts";
import { rolesAnywhereServer } from "./roles-anywhere-server.ts";
import { rpaBot } from "./rpa-bot.ts";
import { secretRotator } from "./secret-rotator.ts";
import { ssoPeople } from "./sso-people.ts";
import { terraform } from "./terraform.ts";
import { thirdPartyVendor } from "./third-party-vendor.ts";
import { weeklyReport } from "./weekly-report.ts";

export const personas: readonly Persona[] = [
  aiAgent,
  aksCiDeployer,
  aksWorkloadIdentity,
  autoscaledWebRole,
  awsServiceRoles,
  azureAutomation,
  azureDataFactory,
  azureFunction,
  azureGithubFederated,
  azureMonitoringVendor,
  azureOpenaiAgent,
  azurePeople,
  azureServicePrincipal,
  azureToAws,
  breakGlass,
  dataPipeline,
  eksCiDeployer,
  eksPodIdentity,
  entraProvisioning,
  gcpCi,
  gcpCloudRun,
  gcpComposer,
  gcpDataPipeline,
  gcpOnPremKey,
  gcpPeople,
  gcpServiceAgent,
  gcpTerraform,
  gcpVertexAgent,
  githubCi,
  gkeWorkloadIdentity,
  iotFleet,
  irsaPod,
  kubernetesCertificates,
  kubernetesCiDeployer,
  kubernetesController,
  kubernetesCronjob,
  kubernetesGitops,
  kubernetesKubelet,
  kubernetesNodeAgent,
  kubernetesOperator,
  kubernetesPeople,
  kubernetesReviewer,
  lambdaOnEvents,
  monthlyBilling,
  nightlyBackup,
  onPremService,
  quarterlyAudit,
  rolesAnywhereServer,
  rpaBot,
  secretRotator,
  ssoPeople,
  terraform,
  thirdPartyVendor,
  weeklyReport,
];
