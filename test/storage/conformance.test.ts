// The Store port's promises on both engines, and on a cluster of two servers.
import { conformance } from "./conformance.ts";
import { describeStores } from "./store-profiles.ts";

describeStores("a store", conformance, { isOnCluster: true });
