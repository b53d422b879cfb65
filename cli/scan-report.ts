// What a scan brought in, told as tables for people and as one JSON object for scripts. `scan` and the demo both tell it.
import type { ScanSummary } from "../pipeline/scan.ts";
import type { identitiesByType } from "../queries/identities-by-type.ts";
import type { Row, Section } from "./output/section.ts";
import { formatBytes, formatCount } from "./output/time-text.ts";

export type TypeCounts = readonly ReturnType<(typeof identitiesByType.row)["parse"]>[];

/** The one object of `scan --output json`. */
export function scanObject(summary: ScanSummary, types: TypeCounts): Row {
  const identities: Record<string, Record<string, number>> = {};
  for (const { provider, principal_type, identities: count } of types) identities[provider] = { ...identities[provider], [principal_type]: count };
  return {
    files: summary.files,
    files_already_read: summary.filesAlreadyRead,
    files_skipped: summary.filesSkipped,
    bytes: summary.bytes,
    records: summary.records,
    stored: summary.stored,
    redacted: summary.redacted,
    ignored: summary.ignored,
    rejected: summary.rejected,
    by_format: summary.byFormat,
    identities,
    seconds: Math.round(summary.seconds * 1000) / 1000,
    interrupted: summary.interrupted,
  };
}

export function scanSections(summary: ScanSummary): Section[] {
  const counts = (id: string, title: string, what: string, values: Readonly<Record<string, number>>): Section => ({
    id,
    title,
    columns: [
      { key: "records", title: "records", kind: "count" },
      { key: "what", title: what, kind: "text" },
    ],
    rows: Object.entries(values)
      .sort(([, left], [, right]) => right - left)
      .map(([reason, records]) => ({ records, what: reason })),
    whenEmpty: "none",
  });
  const sections = [counts("by_format", "Records by log", "log", summary.byFormat)];
  if (total(summary.ignored) > 0) sections.push(counts("ignored", "Set aside: understood, and no action of its own", "reason", summary.ignored));
  if (total(summary.rejected) > 0) sections.push(counts("rejected", "Could not be read; kept in quarantine", "reason", summary.rejected));
  if (summary.filesSkipped.length > 0) {
    sections.push({
      id: "files_skipped",
      title: "Files not read, or not to their end",
      columns: [
        { key: "path", title: "file", kind: "id" },
        { key: "reason", title: "reason", kind: "text" },
      ],
      rows: summary.filesSkipped,
      whenEmpty: "none",
    });
  }
  return sections;
}

export function typesSection(types: TypeCounts): Section {
  return {
    id: "identities",
    title: "Identities in the store",
    columns: [
      { key: "provider", title: "provider", kind: "text" },
      { key: "principal_type", title: "type", kind: "text" },
      { key: "identities", title: "identities", kind: "count" },
      { key: "workload_types", title: "run as", kind: "list" },
    ],
    rows: types,
    whenEmpty: "none yet",
  };
}

/** One sentence: what came in, and what became of it. */
export function describeScan(summary: ScanSummary): string {
  const { files, bytes, records, stored, seconds } = summary;
  const already = summary.filesAlreadyRead === 0 ? "" : ` (${count(summary.filesAlreadyRead, "file")} already read before)`;
  if (records === 0 && summary.filesAlreadyRead > 0)
    return `Nothing new in ${count(files, "file")}: all were read before, and the store is as it was.`;
  const fate = `${formatCount(stored)} stored, ${formatCount(total(summary.ignored))} set aside, ${formatCount(total(summary.rejected))} unreadable`;
  const redacted = summary.redacted === 0 ? "" : ` Secrets were taken out of ${count(summary.redacted, "record")}.`;
  return `Read ${count(records, "record")} from ${count(files, "file")}${already}, ${formatBytes(bytes)} in ${seconds.toFixed(1)} s: ${fate}.${redacted}`;
}

/** Two scans told as one. */
export function sumOfScans(first: ScanSummary, second: ScanSummary): ScanSummary {
  const sumOf = (left: Readonly<Record<string, number>>, right: Readonly<Record<string, number>>) =>
    Object.fromEntries([...new Set([...Object.keys(left), ...Object.keys(right)])].map((key) => [key, (left[key] ?? 0) + (right[key] ?? 0)]));
  return {
    files: first.files + second.files,
    filesSkipped: [...first.filesSkipped, ...second.filesSkipped],
    filesAlreadyRead: first.filesAlreadyRead + second.filesAlreadyRead,
    bytes: first.bytes + second.bytes,
    records: first.records + second.records,
    stored: first.stored + second.stored,
    redacted: first.redacted + second.redacted,
    ignored: sumOf(first.ignored, second.ignored),
    rejected: sumOf(first.rejected, second.rejected),
    byFormat: sumOf(first.byFormat, second.byFormat),
    seconds: first.seconds + second.seconds,
    interrupted: first.interrupted || second.interrupted,
  };
}

export function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, value) => sum + value, 0);
}

export function count(amount: number, noun: string): string {
  return `${formatCount(amount)} ${noun}${amount === 1 ? "" : "s"}`;
}
