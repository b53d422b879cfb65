// Regions in which an identity never worked, and those in which it does.
import { type DetectorCases, everyDay, onDays, today } from "../detector-case.ts";

const builder = { identity: "builder", actions: ["ec2:RunInstances"], region: "eu-central-1" };

export const newRegionCases: DetectorCases = {
  raises: [
    {
      says: "A build role that starts machines in one region starts some where nobody has any.",
      because: "Where nobody looks: mining begins so.",
      past: onDays(everyDay, () => builder),
      window: [{ ...builder, day: today, region: "ap-southeast-3" }],
    },
    {
      says: "A build role starts machines in a region in which others of the estate work.",
      because: "It is the others' region.",
      past: [...onDays(everyDay, () => builder), ...onDays(everyDay, () => ({ region: "eu-west-1" }))],
      window: [{ ...builder, day: today, region: "eu-west-1" }],
    },
    {
      says: "A role of two regions works in a third.",
      because: "Two regions in six weeks are no habit of changing.",
      past: onDays(everyDay, (day) => ({ ...builder, region: day % 2 === 0 ? "eu-central-1" : "eu-west-1" })),
      window: [{ ...builder, day: today, region: "us-west-2" }],
    },
  ],
  staysQuiet: [
    {
      says: "A build role in its region.",
      because: "Nothing is new.",
      past: onDays(everyDay, () => builder),
      window: [{ ...builder, day: today }],
    },
    {
      says: "An inventory that walks from region to region comes to the next.",
      because: "It has met a new one every day until now.",
      past: onDays(everyDay, (day) => ({ identity: "inventory", actions: ["ec2:DescribeInstances"], region: `region-${day}` })),
      window: [{ identity: "inventory", day: today, actions: ["ec2:DescribeInstances"], region: "region-next" }],
    },
    {
      says: "A record that names no region.",
      because: "What a log does not hold is not new.",
      past: onDays(everyDay, () => builder),
      window: [{ ...builder, day: today, region: "" }],
    },
  ],
};
