// Machines of one environment in another.
import { type DetectorCases, everyDay, onDays, today } from "../detector-case.ts";

const test = { resources: ["arn:aws:s3:::shop-test-data/*"], scope: "shop-test-data" };
const live = { resources: ["arn:aws:s3:::shop-prod-data/*"], scope: "shop-prod-data" };

export const otherEnvironmentCases: DetectorCases = {
  raises: [
    {
      says: "A machine of the test environment reads a bucket of production.",
      because: "For six weeks it saw no other than the test's.",
      past: onDays(everyDay, () => test),
      window: [{ ...live, day: today }],
    },
    {
      says: "A machine of production works in a namespace called staging.",
      because: "Whatever can be had in staging has production's rights from then on.",
      past: onDays(everyDay, () => ({ identity: "web", provider: "kubernetes", resources: ["pods/web"], scope: "cluster-a/shop-prod" })),
      window: [{ identity: "web", provider: "kubernetes", day: today, resources: ["pods/web"], scope: "cluster-a/shop-staging" }],
    },
    {
      says: "A service account of a development project works in a project of production.",
      because: "Projects carry their environment in their names.",
      past: onDays(everyDay, () => ({ identity: "etl", provider: "gcp", account: "warehouse-dev", resources: ["tables/a"], scope: "warehouse-dev" })),
      window: [{ identity: "etl", provider: "gcp", day: today, account: "warehouse-prod", resources: ["tables/a"], scope: "warehouse-prod" }],
    },
  ],
  staysQuiet: [
    {
      says: "A pipeline that releases to both every week does so.",
      because: "It was in both before.",
      past: onDays(everyDay, (day) => (day % 7 === 0 ? live : test)),
      window: [{ ...live, day: today }],
    },
    {
      says: "A machine of production meets another bucket of production.",
      because: "It stays where it belongs.",
      past: onDays(everyDay, () => live),
      window: [{ day: today, resources: ["arn:aws:s3:::orders-prod/*"], scope: "orders-prod" }],
    },
    {
      says: "A machine works in a bucket whose name tells no environment.",
      because: "What says nothing is no other environment.",
      past: onDays(everyDay, () => live),
      window: [{ day: today, resources: ["arn:aws:s3:::latest-products/*"], scope: "latest-products" }],
    },
  ],
};
