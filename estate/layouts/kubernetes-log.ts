// kube-apiserver's own audit log, rotated by the hour: an event a line, which does not say of which cluster it is.
import { hourMs } from "../calendar.ts";
import { type Layout, lines, pathTime } from "./layout.ts";

export const kubernetesLog: Layout = {
  says: "kube-apiserver's audit log files, an event a line; the cluster's name is the configuration's default_account",
  periodMs: hourMs,
  packing: "plain",
  path({ place: { cluster = "" } }, startMs) {
    const { year, month, day, hour } = pathTime(startMs + hourMs);
    return `kubernetes/${cluster}/audit-${year}-${month}-${day}T${hour}-00-00.000.log`;
  },
  text: lines,
};
