// Secrets that an identity never read, and its own.
import { type DetectorCases, everyDay, onDays, today } from "../detector-case.ts";

const secret = (name: string) => `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${name}`;
const service = { identity: "service", secrets: [secret("database")] };
const others = onDays(everyDay, () => ({ identity: "billing", secrets: [secret("payments")] }));

export const newSecretCases: DetectorCases = {
  raises: [
    {
      says: "A service that reads its database's password every day reads a secret that nobody has read.",
      because: "One secret for six weeks, and then another.",
      past: onDays(everyDay, () => service),
      window: [{ ...service, day: today, secrets: [secret("root")] }],
    },
    {
      says: "A service reads the secret of another service.",
      because: "Whose secret it is shows in who reads it.",
      past: [...onDays(everyDay, () => service), ...others],
      window: [{ ...service, day: today, secrets: [secret("database"), secret("payments")] }],
    },
    {
      says: "A backup job that reads no secrets reads one that others do.",
      because: "Six weeks without a secret are a habit too.",
      past: [...onDays(everyDay, () => ({})), ...others, ...onDays(everyDay, () => service)],
      window: [{ day: today, secrets: [secret("payments")] }],
    },
  ],
  staysQuiet: [
    {
      says: "A service reads its database's password.",
      because: "Nothing is new.",
      past: onDays(everyDay, () => service),
      window: [{ ...service, day: today }],
    },
    {
      says: "A synchroniser that meets a new secret every day copies the next one.",
      because: "Its own rate of novelty is the measure.",
      past: onDays(everyDay, (day) => ({ identity: "synchroniser", secrets: [secret(`application-${day}`)] })),
      window: [{ identity: "synchroniser", day: today, secrets: [secret("application-next")] }],
    },
    {
      says: "A service that reads no secret.",
      because: "Nothing is shown, so that nothing is said.",
      past: onDays(everyDay, () => service),
      window: [{ ...service, day: today, secrets: [] }],
    },
  ],
};
