// Hands the storage layer's Arrow encoder to whoever answers users: apache-arrow itself stays inside storage/.
export { type EncodedKind, encodeRows } from "../storage/encode-rows.ts";
