// Resources that an identity never touched, and work that meets new ones daily.
import { type DetectorCases, everyDay, onDays, today } from "../detector-case.ts";

const table = (name: string) => `arn:aws:dynamodb:eu-west-1:111122223333:table/${name}`;
const service = { identity: "service", actions: ["dynamodb:GetItem"], resources: [table("orders"), table("carts")] };

export const newResourceCases: DetectorCases = {
  raises: [
    {
      says: "A service of two tables reads a third one.",
      because: "Two tables for six weeks.",
      past: onDays(everyDay, () => service),
      window: [{ ...service, day: today, resources: [table("customers")] }],
    },
    {
      says: "A service reads the table of another service.",
      because: "The other one's daily use of it says nothing of this one.",
      past: [...onDays(everyDay, () => service), ...onDays(everyDay, () => ({ ...service, identity: "billing", resources: [table("cards")] }))],
      window: [{ ...service, day: today, resources: [table("orders"), table("cards")] }],
    },
    {
      says: "A function that signs with one key decrypts with another.",
      because: "Functions are given one key each.",
      past: onDays(everyDay, () => ({ identity: "signer", actions: ["kms:Sign"], resources: ["arn:aws:kms:eu-west-1:111122223333:alias/signing"] })),
      window: [{ identity: "signer", day: today, actions: ["kms:Decrypt"], resources: ["arn:aws:kms:eu-west-1:111122223333:alias/backups"] }],
    },
  ],
  staysQuiet: [
    {
      says: "A service reads its tables.",
      because: "Nothing is new.",
      past: onDays(everyDay, () => service),
      window: [{ ...service, day: today }],
    },
    {
      says: "A pipeline that makes tables of its own every day makes the next.",
      because: "Its own rate of novelty is the measure.",
      past: onDays(everyDay, (day) => ({ ...service, resources: [table(`staging-a-${day}`), table(`staging-b-${day}`)] })),
      window: [{ ...service, day: today, resources: [table("staging-next")] }],
    },
    {
      says: "A release this morning: five services of one kind begin to read one new table.",
      because: "Many peers at once are a deployment.",
      past: ["service", "a", "b", "c", "d"].flatMap((identity) => onDays(everyDay, () => ({ ...service, identity }))),
      window: [
        { ...service, day: today, resources: [table("features")] },
        ...["a", "b", "c", "d"].map((identity) => ({ ...service, identity, day: today, resources: [table("features")] })),
      ],
    },
  ],
};
