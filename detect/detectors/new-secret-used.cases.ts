// New secrets in strange hands, and rotations.
import { type DetectorCases, everyDay, onDays, today } from "../detector-case.ts";

const elsewhere = "internet 198.51.100.0/24";
const invoices = { identity: "invoices", provider: "azure", isStatic: true, credential: "secret-1" } as const;
const fleet = ["orders", "carts", "prices"].flatMap((identity) => onDays(everyDay, () => ({ identity })));
const made = (by: string, kind: string) => ({
  identity: by,
  day: today,
  hour: 1,
  handedOut: [["secret-2", "invoices", kind] satisfies [string, string, string]],
});

export const newSecretUsedCases: DetectorCases = {
  raises: [
    {
      says: "Somebody adds a secret to an application, which signs in with it from a network that it never had.",
      because: "Whoever added it has it.",
      past: [...fleet, ...onDays(everyDay, () => invoices), made("ada", "client-secret")],
      window: [{ ...invoices, credential: "secret-2", day: today, network: elsewhere }],
    },
    {
      says: "An access key is made for a user by a role that makes none, and used from elsewhere.",
      because: "The same in AWS.",
      past: [...fleet, ...onDays(everyDay, () => ({ ...invoices, provider: "aws" })), made("orders", "access-key")],
      window: [{ ...invoices, provider: "aws", credential: "secret-2", day: today, network: elsewhere }],
    },
    {
      says: "A key of a service account is made, and used from elsewhere with the agent that the account always has.",
      because: "The same in Google Cloud.",
      past: [...fleet, ...onDays(everyDay, () => ({ ...invoices, provider: "gcp", agent: "gl-python/3" })), made("orders", "service-account-key")],
      window: [{ ...invoices, provider: "gcp", agent: "gl-python/3", credential: "secret-2", day: today, network: elsewhere }],
    },
  ],
  staysQuiet: [
    {
      says: "A rotation makes a new secret, which is used where the old one was.",
      because: "The machine stays where it is.",
      past: [...fleet, ...onDays(everyDay, () => invoices), made("rotation", "client-secret")],
      window: [{ ...invoices, credential: "secret-2", day: today }],
    },
    {
      says: "The old secret is used from a new network.",
      because: "Nobody has made it lately: new-network and session-elsewhere tell of it.",
      past: [...fleet, ...onDays(everyDay, () => invoices), made("rotation", "client-secret")],
      window: [{ ...invoices, day: today, network: elsewhere }],
    },
    {
      says: "A new application gets its first secret and signs in.",
      because: "It has no networks yet.",
      past: [...fleet, made("ada", "client-secret")],
      window: [{ ...invoices, credential: "secret-2", day: today, network: elsewhere }],
    },
  ],
};
