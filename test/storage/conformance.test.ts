// The Store port's promises on both engines.
import { conformance } from "./conformance.ts";
import { describeStores } from "./store-profiles.ts";

describeStores("a store", conformance);
