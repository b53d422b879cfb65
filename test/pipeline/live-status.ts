// What a process that serves says of itself, in whatever state a test wants it.
import { emptyCounts } from "../../pipeline/ingest-messages.ts";
import type { DetectionStatus, LiveStatus } from "../../pipeline/live.ts";
import type { SourceStatus } from "../../pipeline/source-supervisor.ts";

export function sourceStatus(given: Partial<SourceStatus>): SourceStatus {
  return {
    ...{ id: "audit", type: "files", startedMs: 1000, state: "ready", detail: "", stateSinceMs: 1000 },
    ...{ lastRecordMs: undefined, lastStoredMs: undefined, counts: emptyCounts(), restarts: 0, lag: new Map(), gaps: [], gapsTold: 0 },
    ...given,
  };
}

export function liveStatus({
  sources = [],
  detection = {},
}: {
  readonly sources?: readonly SourceStatus[];
  readonly detection?: Partial<DetectionStatus> | undefined;
}): LiveStatus {
  const quiet: DetectionStatus = {
    ...{ state: "watching", detail: "", lastTickMs: undefined, tickDurationMs: undefined, report: undefined, findings: 0 },
  };
  return { startedMs: 0, sources, detection: { ...quiet, ...detection } };
}
