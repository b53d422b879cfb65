// Long-lived keys that an identity never presented, and those that it has.
import { type DetectorCases, everyDay, onDays, today } from "../detector-case.ts";

const key = (credential: string) => ({ isStatic: true, credential });
const first = key("AKIAIOSFODNN7EXAMPLE");
const second = key("AKIAI44QH8DHBEXAMPLE");

export const newStaticCredentialCases: DetectorCases = {
  raises: [
    {
      says: "A server with one access key presents a second one.",
      because: "Somebody has made a key, or has found an old one. A rotation looks the same, and the network tells them apart.",
      past: onDays(everyDay, () => first),
      window: [{ ...second, day: today }],
    },
    {
      says: "A service principal with one secret signs in with another.",
      because: "Whoever may add a secret to an application is the application from then on.",
      past: onDays(everyDay, () => ({ identity: "invoices", provider: "azure", actions: ["signin:service-principal"], ...key("key-one") })),
      window: [{ identity: "invoices", provider: "azure", day: today, actions: ["signin:service-principal"], ...key("key-two") }],
    },
    {
      says: "A role that has had sessions only comes with a key, in an estate without keys.",
      because: "Six weeks without a key are a habit too.",
      past: onDays(everyDay, () => ({})),
      window: [{ ...second, day: today }],
    },
  ],
  staysQuiet: [
    {
      says: "A server presents its key.",
      because: "Nothing is new.",
      past: onDays(everyDay, () => first),
      window: [{ ...first, day: today }],
    },
    {
      says: "A role comes with a session that was never seen, as every session is.",
      because: "Short-lived credentials are new by their nature and are not remembered here.",
      past: onDays(everyDay, () => ({})),
      window: [{ day: today, credential: "ASIAIOSFODNN7EXAMPLE" }],
    },
    {
      says: "A broker that mints a key a day presents today's.",
      because: "Its own rate of novelty is the measure.",
      past: onDays(everyDay, (day) => ({ identity: "broker", ...key(`AKIA${day}`) })),
      window: [{ identity: "broker", ...key("AKIANEXT"), day: today }],
    },
  ],
};
