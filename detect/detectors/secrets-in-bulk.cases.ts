// Secrets read in bulk, and those who read many by trade.
import { type DetectorCases, everyDay, onDays, today } from "../detector-case.ts";

const many = ["orders", "carts", "prices", "stock", "search", "mail"].map((name) => `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${name}`);

export const secretsInBulkCases: DetectorCases = {
  raises: [
    {
      says: "A service that reads its one secret at each start reads six.",
      because: "Five of them are not its own.",
      past: onDays(everyDay, () => ({ secrets: many.slice(0, 1) })),
      window: [{ day: today, secrets: many }],
    },
    {
      says: "A backup job that reads no secrets reads six.",
      because: "It never read one.",
      past: onDays(everyDay, () => ({})),
      window: [{ day: today, secrets: many }],
    },
    {
      says: "A pod's account gets five secrets of its cluster one by one, which it saw on single days before.",
      because: "None is new to it, five within an hour are.",
      past: onDays(everyDay, (day) => ({ identity: "pod", provider: "kubernetes", secrets: day < 5 ? [`core/secrets/shop/${day}`] : [] })),
      window: [{ identity: "pod", provider: "kubernetes", day: today, secrets: [0, 1, 2, 3, 4].map((name) => `core/secrets/shop/${name}`) }],
    },
  ],
  staysQuiet: [
    {
      says: "A service reads its two secrets.",
      because: "Two are not bulk.",
      past: onDays(everyDay, () => ({ secrets: many.slice(0, 2) })),
      window: [{ day: today, secrets: many.slice(0, 2) }],
    },
    {
      says: "A controller that keeps secrets in step reads all of them, as every day.",
      because: "It is its work.",
      past: onDays(everyDay, () => ({ identity: "external-secrets", secrets: many })),
      window: [{ identity: "external-secrets", day: today, secrets: many }],
    },
    {
      says: "A service meets a secret that it never read.",
      because: "One new secret is what new-secret tells.",
      past: onDays(everyDay, () => ({ secrets: many.slice(0, 1) })),
      window: [{ day: today, secrets: many.slice(1, 2) }],
    },
  ],
};
