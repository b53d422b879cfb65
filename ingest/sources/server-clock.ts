// The clock of whoever answers. It stands apart because a source that asks "what is new since" must not depend on this machine's own.

/** What a client's answers say of the time, so that this machine's clock decides nothing about what is read. */
export interface ServerClock {
  /** Of the last answer, in whole seconds; this machine's before the first one. */
  nowMs(): number;
}

interface AnyClient {
  readonly middlewareStack: { add(middleware: never, options: never): void };
}

export function serverClock(client: AnyClient): ServerClock {
  let offsetMs = 0;
  const middleware = (next: (args: unknown) => Promise<{ response?: unknown }>) => async (args: unknown) => {
    const answer = await next(args);
    const { headers } = (answer.response ?? {}) as { headers?: Readonly<Record<string, string>> };
    const dateMs = Date.parse(headers?.date ?? "");
    if (Number.isFinite(dateMs)) offsetMs = dateMs - Date.now();
    return answer;
  };
  client.middlewareStack.add(middleware as never, { step: "deserialize", name: "serverClock", override: true } as never);
  return { nowMs: () => Math.floor((Date.now() + offsetMs) / 1000) * 1000 };
}
