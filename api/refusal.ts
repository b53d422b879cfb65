// What a request is refused with: a status and a sentence for whoever sent it. It holds nothing of the body but where in it the trouble is.
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;
  /** The rest of the request is not read. */
  readonly endsConnection: boolean;

  /** `cause`: what is for the log and not for the sender. */
  constructor(
    status: number,
    message: string,
    { retryAfterSeconds, endsConnection = false, cause }: { retryAfterSeconds?: number; endsConnection?: boolean; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? {} : { cause });
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
    this.endsConnection = endsConnection;
  }
}
