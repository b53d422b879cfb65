// In the manner of Microsoft Sentinel's UEBA: first time within 180 days that a user performed an action, accessed a resource, came from
// a network or with an agent, first time in the tenant; and what the user did not do within 10 days, "uncommonly performed". Source:
// Microsoft's UEBA reference (learn.microsoft.com/azure/sentinel/ueba-reference, ActivityInsights: FirstTimeUserPerformedAction 180,
// ActionUncommonlyPerformedByUser 10, FirstTimeActionPerformedInTenant 180, and the same for applications, devices, addresses). How
// Microsoft weighs these into an investigation priority of 0 to 10 is not public: here each insight of an hour counts one, uncommon a half,
// to 10 at most, and any first time raises. The address's provider and country are not in our rows: its network stands for them.
// The user is named as the log names the caller.
// Blind to: volume, time of day; it has no notion of how often an identity meets something new.
import { comparator } from "./comparator.ts";

export const sentinelFirstSeen = comparator({ id: "sentinel-first-seen", title: "Sentinel-like first seen", ownKey: "caller_arn" });
