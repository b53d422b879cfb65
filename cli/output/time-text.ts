// Times and amounts as people read them: UTC always, and how long ago.
import { formatDistanceStrict } from "date-fns/formatDistanceStrict";

/** 2026-11-12 08:15:03Z; "" for 0, which means that the record does not say. */
export function formatTime(timeMs: number): string {
  if (timeMs === 0 || !Number.isFinite(timeMs) || Math.abs(timeMs) > 8.64e15) return "";
  return `${new Date(timeMs).toISOString().slice(0, 19).replace("T", " ")}Z`;
}

/** 2026-11-12 (12 days ago); the day is exact, the distance rounded. */
export function formatAge(timeMs: number, nowMs: number): string {
  const time = formatTime(timeMs);
  if (time === "") return "";
  return `${time.slice(0, 10)} (${formatDistance(timeMs, nowMs)})`;
}

function formatDistance(timeMs: number, nowMs: number): string {
  return formatDistanceStrict(timeMs, nowMs, { addSuffix: true });
}

export function formatCount(count: number): string {
  return count.toLocaleString("en-US");
}

/** 1.4 MB: decimal units, as disks are sold and logs are billed. */
export function formatBytes(sizeBytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = sizeBytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** 3 s, 4 min, 1 h 20 min: for time left. */
export function formatDuration(durationMs: number): string {
  const seconds = Math.ceil(durationMs / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
