// What every sink must do, whatever it is: the promises of alert/sink.ts, held against a real receiver of its kind on loopback.
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Outcome, Sink } from "../../alert/sink.ts";
import { findingAlert, findingAlerts, hostileAlert, noticeAlert } from "./alerts.ts";

/** How a receiver of this kind is made to fail, and what it has got. */
export interface SinkUnderTest {
  readonly sink: Sink;
  /** Ids of what it took, in the order in which it did, repeats included. */
  received(): Promise<readonly string[]> | readonly string[];
  /** Takes everything from now on. */
  accept(): void;
  /** The ways in which it can fail, each with what must be made of it. Empty where nothing can be made to fail. */
  readonly failures: Readonly<Record<string, { readonly set: () => void; readonly outcome: Partial<Outcome> }>>;
  /** What must stand in no outcome. */
  readonly secrets: readonly string[];
  close(): Promise<void>;
}

/** The failure that nobody tells of: the sink's own time is over. */
export const silence = "no answer";
/** So long a sink waits where it will be answered, however busy the machine; and where nothing will come. */
export const patientMs = 20_000;
const impatientMs = 250;

const hostileText = "<!channel> =cmd|' /C calc'!A0 jndi:ldap://x \u202e\u0000\ud800 https://evil.example/ | a=b]\n".repeat(30);

export function sinkContract(make: (timeoutMs: number) => Promise<SinkUnderTest>, failureNames: readonly string[]): void {
  let subject: SinkUnderTest;
  const signal = new AbortController().signal;
  const close = async (): Promise<void> => {
    await subject.sink.close();
    await subject.close();
  };
  beforeEach(async () => {
    subject = await make(patientMs);
  });
  afterEach(close);

  test("each alert of a batch arrives once, under its own id, and is said to be delivered", async () => {
    const alerts = findingAlerts(Math.min(7, subject.sink.batchSize));
    const outcomes = await subject.sink.send(alerts, signal);
    expect(outcomes.map(({ kind }) => kind)).toEqual(alerts.map(() => "delivered"));
    expect([...(await subject.received())].sort()).toEqual(alerts.map(({ id }) => id).sort());
  });

  test("what was delivered before may come again under the same id", async () => {
    const alert = findingAlert();
    await subject.sink.send([alert], signal);
    expect(await subject.sink.send([alert], signal)).toMatchObject([{ kind: "delivered" }]);
    expect(new Set(await subject.received())).toEqual(new Set([alert.id]));
  });

  test("revisions, decisions and notices of the program arrive as findings do", async () => {
    const alerts = [
      findingAlert({ id: "c1", event: "continued" }),
      findingAlert({ id: "c2", event: "decided", decided: { state: "benign", state_by: "analyst", state_reason: "planned", state_at_ms: 1 } }),
      noticeAlert({ id: "c3" }),
    ];
    for (const alert of alerts) expect(await subject.sink.send([alert], signal)).toMatchObject([{ kind: "delivered" }]);
    expect(await subject.received()).toEqual(["c1", "c2", "c3"]);
  });

  test("a text of an attacker in every field takes no neighbour along", async () => {
    const alerts = [findingAlert({ id: "g1" }), { ...hostileAlert(hostileText), id: "h1" }, findingAlert({ id: "g2" })];
    for (const alert of alerts) expect(await subject.sink.send([alert], signal)).toMatchObject([{ kind: "delivered" }]);
    expect(await subject.received()).toEqual(["g1", "h1", "g2"]);
  });

  test.each(failureNames)("%s is an outcome for each alert, names no secret, and the next try arrives", async (name) => {
    if (name === silence) {
      await close();
      subject = await make(impatientMs);
    }
    const failure = subject.failures[name];
    if (failure === undefined) throw new Error(`no failure ${name}`);
    failure.set();
    const [first, ...others] = findingAlerts(Math.min(3, subject.sink.batchSize));
    if (first === undefined) throw new Error("no alert");
    const outcomes = await subject.sink.send([first, ...others], signal);
    expect(outcomes).toHaveLength(1 + others.length);
    expect(outcomes[0]).toMatchObject(failure.outcome);
    for (const secret of subject.secrets) expect(JSON.stringify(outcomes)).not.toContain(secret);
    subject.accept();
    const next = async () => (await subject.sink.send([first], signal)).map(({ kind }) => kind);
    if (name === silence) await expect.poll(next, { timeout: patientMs }).toEqual(["delivered"]);
    else expect(await next()).toEqual(["delivered"]);
    expect(await subject.received()).toContain(first.id);
  });

  test("nothing to send is no work, and closing twice is safe", async () => {
    expect(await subject.sink.send([], signal)).toEqual([]);
    await subject.sink.close();
    await subject.sink.close();
  });

  test("a raised signal ends it with an outcome for each", async () => {
    const outcomes = await subject.sink.send(findingAlerts(Math.min(3, subject.sink.batchSize)), AbortSignal.abort());
    for (const { kind } of outcomes) expect(["delivered", "failed", "untried"]).toContain(kind);
  });
}
