// An act made another: refused, from elsewhere, by another agent. It stands alone because an act is one of four kinds, and each must
// stay whole.
import { denied } from "./calls/aws.ts";
import { azureForbidden } from "./calls/azure.ts";
import { permissionDenied } from "./calls/gcp.ts";
import { forbidden } from "./calls/kubernetes.ts";
import { type Access, type Act, type AwsCall, type Failure, isActOf } from "./identity.ts";
import type { Resident } from "./persona.ts";

/** A call of the machine's own identities that opens no session and issues nothing: what can be put off, repeated or refused. */
export function isWork({ access, call }: Act, { machine }: Resident): boolean {
  if (call.issues !== undefined || (call.provider === "azure" && call.log === "signin")) return false;
  // Google names no id for the tokens that it hands out.
  if (call.provider === "gcp" && /\.(?:ExchangeToken|Generate\w+Token)$|^Generate\w+Token$/.test(call.method)) return false;
  return machine.identities.some(({ uid }) => uid === access.identity.uid);
}

type Origin = Partial<Pick<Access, "address" | "userAgent">>;

export function from(act: Act, origin: Origin): Act {
  if (isActOf(act, "aws")) return { ...act, access: { ...act.access, ...origin } };
  if (isActOf(act, "azure")) return { ...act, access: { ...act.access, ...origin } };
  if (isActOf(act, "gcp")) return { ...act, access: { ...act.access, ...origin } };
  return isActOf(act, "kubernetes") ? { ...act, access: { ...act.access, ...origin } } : act;
}

/** The call by whatever another act of the same caller presented; undefined where that is of another cloud. */
export function by(act: Act, access: Access): Act | undefined {
  if (isActOf(act, "aws")) return access.provider === "aws" ? { ...act, access } : undefined;
  if (isActOf(act, "azure")) return access.provider === "azure" ? { ...act, access } : undefined;
  if (isActOf(act, "gcp")) return access.provider === "gcp" ? { ...act, access } : undefined;
  return isActOf(act, "kubernetes") && access.provider === "kubernetes" ? { ...act, access } : undefined;
}

/** Why a call fails: the service is in trouble, there were too many, the caller may not. */
export type Trouble = "unavailable" | "throttled" | "refused";

/** The same call, failed; as it is where it failed already or is no request for a resource. */
export function failed(act: Act, trouble: Trouble): Act {
  if (act.call.failure !== undefined) return act;
  if (isActOf(act, "aws")) {
    return {
      ...act,
      call: trouble === "refused" ? denied(act.call, act.access.identity.uid) : { ...act.call, failure: awsFailure(act.call, trouble) },
    };
  }
  if (isActOf(act, "azure")) {
    const { call } = act;
    if (call.log !== "activity") return act;
    if (trouble === "refused") return { ...act, call: azureForbidden(call, act.access.objectId) };
    const { status, ...failure } = azureTroubles[trouble];
    return { ...act, call: { ...call, status, failure } };
  }
  if (isActOf(act, "gcp")) {
    return { ...act, call: trouble === "refused" ? permissionDenied(act.call) : { ...act.call, failure: gcpTroubles[trouble] } };
  }
  if (!isActOf(act, "kubernetes")) return act;
  const username = String(act.access.user.username);
  return { ...act, call: trouble === "refused" ? forbidden(act.call, username) : { ...act.call, failure: kubernetesTroubles[trouble] } };
}

function awsFailure({ service }: AwsCall, trouble: "unavailable" | "throttled"): Failure {
  if (trouble === "unavailable") {
    return service === "s3"
      ? { code: "InternalError", message: "We encountered an internal error. Please try again." }
      : { code: "ServiceUnavailable", message: "The service is temporarily unavailable. Please try again later." };
  }
  if (service === "s3") return { code: "SlowDown", message: "Please reduce your request rate." };
  return service === "ec2"
    ? { code: "Client.RequestLimitExceeded", message: "Request limit exceeded." }
    : { code: "ThrottlingException", message: "Rate exceeded" };
}

const azureTroubles = {
  unavailable: { status: 503, code: "ServiceUnavailable", message: "The service is unavailable. Please try again after some time." },
  throttled: {
    status: 429,
    code: "TooManyRequests",
    message: "The request is being throttled as the limit has been reached for the operation type.",
  },
} as const;

const gcpTroubles = {
  unavailable: { code: "14", message: "The service is currently unavailable." },
  throttled: { code: "8", message: "Quota exceeded for quota metric 'Requests' and limit 'Requests per minute per user'." },
} as const;

const kubernetesTroubles = {
  unavailable: { code: "500", message: "etcdserver: request timed out" },
  throttled: { code: "429", message: "The server has received too many requests and has asked us to try again later" },
} as const;
