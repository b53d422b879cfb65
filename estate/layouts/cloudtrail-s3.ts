// CloudTrail as a trail delivers it to S3: a file every five minutes for an account and a region, {"Records": [...]}, gzip.
import { type Layout, pathTime } from "./layout.ts";

export const cloudtrailS3: Layout = {
  says: "CloudTrail files under the S3 key layout, five minutes each, gzip",
  periodMs: 300_000,
  packing: "gzip",
  path({ place: { account = "", region = "" } }, startMs, random) {
    const { year, month, day, hour, minute } = pathTime(startMs + 300_000);
    const name = `${account}_CloudTrail_${region}_${year}${month}${day}T${hour}${minute}Z_${random.key(16)}.json.gz`;
    return `aws/AWSLogs/${account}/CloudTrail/${region}/${year}/${month}/${day}/${name}`;
  },
  // A file's records are in no order.
  text: (records, _stream, random) => `{"Records":[${random.shuffled(records).join(",")}]}`,
};
