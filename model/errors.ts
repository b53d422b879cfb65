// The three kinds of failure, defined by what the caller can do about them. Every error that crosses a folder is one.

/** The same call may succeed later. */
export class TransientError extends Error {
  override readonly name = "TransientError";
  /** When to try again, in milliseconds from now; absent where the other side did not say. */
  readonly retryAfterMs: number | undefined;
  constructor(message: string, options?: ErrorOptions & { retryAfterMs?: number }) {
    super(message, options);
    this.retryAfterMs = options?.retryAfterMs;
  }
}

/** The same input fails always. */
export class PermanentError extends Error {
  override readonly name = "PermanentError";
}

/** The user's own words are wrong: the message names the key or argument and says what to do. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}
