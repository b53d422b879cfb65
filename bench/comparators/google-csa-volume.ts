// Google's Community Security Analytics 4.01, unusually high API usage by a user: a day's calls above the mean plus three standard
// deviations of that caller's days before it, within 60 days. Source: GoogleCloudPlatform/security-analytics,
// backends/log_analytics/sql/4_01_unusually_high_api_usage_by_user_identity.sql; the methods it leaves out are left out here.
// There it runs once a day over principalEmail of Google Cloud alone; here as of each step, on every log, with the log's own caller text,
// which can only favour it. A day counts once, when it crosses the line. Ranked by the count, as there.
// Blind to: anything that is not many calls; days without calls are no zeros, so a rare job has a high mean and no deviation.
import { comparator } from "./comparator.ts";

export const googleCsaVolume = comparator({ id: "google-csa-volume", title: "Google CSA daily volume", ownKey: "caller_arn" });
