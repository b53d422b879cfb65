// OpenID Connect subjects reduced to what stays the same from run to run. It stands alone because the same CI run or pod logs
// in to several clouds with such a subject: every format must give it the same identity.
import type { PrincipalType, WorkloadType } from "../../model/identity-action.ts";

export interface OidcSubject {
  readonly uid: string;
  readonly name: string;
  /** The same subject with ids that survive a rename (GitHub's immutable subjects); "" where there are none. */
  readonly alias: string;
  readonly principal_type: PrincipalType;
  readonly workload_type: WorkloadType;
  /** What the subject says of this one run: branch, environment, step, phase; "" where nothing. */
  readonly run: string;
}

interface SubjectForm {
  /** Host and path, no scheme; absent where any issuer may sign this form (self-hosted GitLab and Terraform). */
  readonly issuer?: RegExp;
  /** Groups: stable (the identity), name (what people call it), run (the rest). */
  readonly subject: RegExp;
  readonly workload_type: WorkloadType;
}

/** Forms as the issuers document them; a subject that has none of them is taken whole. */
const subjectForms: readonly SubjectForm[] = [
  {
    issuer: /^token\.actions\.|\/_services\/token$/,
    subject: /^(?<stable>repo:(?<name>[^:]+))(?::(?<run>.*))?$/s,
    workload_type: "ci-pipeline",
  },
  { subject: /^(?<stable>project_path:(?<name>[^:]+))(?::(?<run>.*))?$/s, workload_type: "ci-pipeline" },
  {
    subject: /^(?<stable>organization:[^:]+:project:[^:]+:workspace:(?<name>[^:]+))(?::(?<run>.*))?$/s,
    workload_type: "infrastructure-as-code",
  },
  {
    issuer: /\.spacelift\.io$/,
    subject: /^(?<stable>space:[^:]+:(?:stack|module):(?<name>[^:]+))(?::(?<run>.*))?$/s,
    workload_type: "infrastructure-as-code",
  },
  {
    issuer: /^api\.pulumi\.com\/oidc$/,
    subject: /^(?<stable>pulumi:deploy:org:[^:]+:project:[^:]+:stack:(?<name>[^:]+))(?::(?<run>.*))?$/s,
    workload_type: "infrastructure-as-code",
  },
  {
    issuer: /^agent\.buildkite\.com$/,
    subject: /^(?<stable>organization:[^:]+:pipeline:(?<name>[^:]+))(?::(?<run>.*))?$/s,
    workload_type: "ci-pipeline",
  },
  {
    issuer: /^oidc\.circleci\.com\//,
    subject: /^(?<stable>org\/[^/]+\/project\/(?<name>[^/]+))(?:\/(?<run>.*))?$/s,
    workload_type: "ci-pipeline",
  },
  { issuer: /^api\.bitbucket\.org\//, subject: /^(?<stable>(?<name>[^:]+))(?::(?<run>.*))?$/s, workload_type: "ci-pipeline" },
  { issuer: /^vstoken\.dev\.azure\.com\//, subject: /^(?<stable>sc:\/\/(?<name>.+))$/s, workload_type: "ci-pipeline" },
];

/** Issuers whose tokens only such workloads hold, for records that name the issuer and not the subject. */
const issuerWorkloads: readonly (readonly [RegExp, WorkloadType])[] = [
  [/^oidc\.eks\.|^oidc-eks\.|^container\.googleapis\.com\/|\.oic\.prod-aks\.azure\.com\/|^kubernetes\.default\.svc/, "k8s-pod"],
  [
    /^token\.actions\.|\/_services\/token$|^gitlab\.com$|^gitlab\.|^agent\.buildkite\.com$|^oidc\.circleci\.com\/|^api\.bitbucket\.org\//,
    "ci-pipeline",
  ],
  [/^vstoken\.dev\.azure\.com\//, "ci-pipeline"],
  [/^app\.terraform\.io$|^app\.eu\.terraform\.io$|\.spacelift\.io$|^api\.pulumi\.com\/oidc$/, "infrastructure-as-code"],
];

const longestSubject = 1024;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const kubernetesSubject = /^system:serviceaccount:[^:]+:(?<name>[^:]+)$/;

/** `issuer` is host and path, no scheme; `cluster` the cluster whose service accounts it signs ("" where not known). */
export function readOidcSubject(issuer: string, fullSubject: string, cluster: string): OidcSubject {
  const subject = fullSubject.slice(0, longestSubject);
  const kubernetes = kubernetesSubject.exec(subject);
  if (kubernetes !== null) {
    const name = kubernetes.groups?.name ?? "";
    const uid = `${cluster === "" ? issuer : cluster}/${subject}`;
    return { uid, name, alias: "", principal_type: "k8s-service-account", workload_type: "k8s-pod", run: "" };
  }
  // Entra signs app tokens with the object id of the service principal, which is its identity in Azure's own logs.
  if (/^(?:sts\.windows\.net|login\.microsoftonline\.com)\//.test(issuer) && uuid.test(subject)) {
    return { uid: subject.toLowerCase(), name: subject, alias: "", principal_type: "service-principal", workload_type: "unknown", run: "" };
  }
  for (const form of subjectForms) {
    if (form.issuer !== undefined && !form.issuer.test(issuer)) continue;
    const groups = form.subject.exec(subject)?.groups;
    if (groups !== undefined) return reducedSubject(issuer, groups, form.workload_type);
  }
  const workload_type = workloadOfIssuer(issuer);
  return { uid: `${issuer}/${subject}`, name: subject, alias: "", principal_type: "federated-subject", workload_type, run: "" };
}

export function workloadOfIssuer(issuer: string): WorkloadType {
  for (const [pattern, workload] of issuerWorkloads) if (pattern.test(issuer)) return workload;
  return "unknown";
}

/** `repo:org@1/app@2` and `repo:org/app` are one identity: the ids go to the alias. */
function reducedSubject(issuer: string, groups: Record<string, string>, workload_type: WorkloadType): OidcSubject {
  const { stable = "", name = "", run = "" } = groups;
  const withoutIds = stable.replace(/@\d+(?=\/|$)/g, "");
  return {
    uid: `${issuer}/${withoutIds}`,
    name: name.replace(/@\d+(?=\/|$)/g, ""),
    alias: withoutIds === stable ? "" : `${issuer}/${stable}`,
    principal_type: "federated-subject",
    workload_type,
    run,
  };
}
