// What a message in a queue says of new objects: S3's own event, plain or inside SNS; CloudTrail's message of its log files; EventBridge's event of
// S3. It stands apart because it decides on foreign text alone, without a connection.
import { z } from "zod";
import { parsedJson } from "../../model/json.ts";

export interface ObjectReference {
  readonly bucket: string;
  readonly key: string;
  /** Undefined where the message does not say. */
  readonly sizeBytes?: number | undefined;
}

export type Notification =
  /** None where it is about something else than a new object: a test, a deletion. */
  | { readonly kind: "objects"; readonly objects: readonly ObjectReference[] }
  /** `reason` is constant text. */
  | { readonly kind: "unreadable"; readonly reason: string };

/**
 * Neither the ARN of an access point nor a directory bucket, which the SDK takes here too: it asks a host that the name names, and one that does not
 * exist fails like a network that is down. No notification of S3 is about either.
 */
const bucketName = z.string().regex(/^(?!.*--xa?-s3$)[\w.-]{3,255}$/);
const longestKeyBytes = 1024;
const key = z.string().min(1).max(longestKeyBytes);
/** Each byte of it may be written with three. */
const encodedKey = z
  .string()
  .min(1)
  .max(3 * longestKeyBytes);
/** Whoever may write to the queue could name as many as a megabyte holds; each would cost a request. */
const mostObjects = 1000;
const envelope = z.object({ Type: z.string(), Message: z.string() });
const cloudTrail = z.object({ s3Bucket: bucketName, s3ObjectKey: z.union([key, z.array(key).max(mostObjects)]) });
const eventBridge = z.object({
  "detail-type": z.string(),
  source: z.literal("aws.s3"),
  detail: z.object({ bucket: z.object({ name: bucketName }), object: z.object({ key, size: z.number().nonnegative().optional() }) }),
});
const s3Event = z.object({
  Records: z
    .array(
      z.object({
        eventName: z.string(),
        s3: z.object({ bucket: z.object({ name: bucketName }), object: z.object({ key: encodedKey, size: z.number().nonnegative().optional() }) }),
      }),
    )
    .max(mostObjects),
});
const s3TestEvent = z.object({ Event: z.literal("s3:TestEvent") });

/** What CloudTrail publishes when a topic is given to a trail. */
const cloudTrailGreeting = "CloudTrail validation message.";
/** SNS in SQS, with a message that was an envelope itself: nothing known goes deeper. */
const deepest = 3;

export function readNotification(body: string, depth = 0): Notification {
  const value = parsedJson(body);
  if (value === undefined) return body.trim() === cloudTrailGreeting ? objects([]) : unreadable("not JSON");
  const wrapped = envelope.safeParse(value);
  if (wrapped.success) {
    if (wrapped.data.Type === "SubscriptionConfirmation") return unreadable("SNS asks to confirm a subscription: confirm it in the topic's account");
    return depth >= deepest ? unreadable("envelopes in one another") : readNotification(wrapped.data.Message, depth + 1);
  }
  if (s3TestEvent.safeParse(value).success) return objects([]);
  const trail = cloudTrail.safeParse(value);
  if (trail.success) return objects([trail.data.s3ObjectKey].flat().map((key) => ({ bucket: trail.data.s3Bucket, key })));
  const bridge = eventBridge.safeParse(value);
  // Its keys are not URL-encoded.
  if (bridge.success)
    return objects(bridge.data["detail-type"] === "Object Created" ? [reference(bridge.data.detail, bridge.data.detail.object.key)] : []);
  const event = s3Event.safeParse(value);
  return event.success ? ofRecords(event.data) : unreadable("no notification of S3, SNS, CloudTrail or EventBridge");
}

function ofRecords({ Records }: z.output<typeof s3Event>): Notification {
  const found: ObjectReference[] = [];
  for (const { eventName, s3 } of Records) {
    if (!/^(?:s3:)?ObjectCreated:/.test(eventName)) continue;
    const key = decodedKey(s3.object.key);
    if (key === undefined) return unreadable("a key that is not URL-encoded as S3 does");
    found.push(reference(s3, key));
  }
  return objects(found);
}

function reference({ bucket, object }: z.output<typeof s3Event>["Records"][number]["s3"], key: string): ObjectReference {
  return { bucket: bucket.name, key, sizeBytes: object.size };
}

/** A space is `+` there. */
function decodedKey(key: string): string | undefined {
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}

const objects = (found: readonly ObjectReference[]): Notification => ({ kind: "objects", objects: found });
const unreadable = (reason: string): Notification => ({ kind: "unreadable", reason });
