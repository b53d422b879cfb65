// Which finding goes to which sinks: the configuration's routes as a pure function. A route holds where all that it names fits; a finding goes to the sinks
// of every route that holds, to each once.
import { type Severity, severities } from "../model/finding.ts";
import { fitsWildcard } from "../runtime/wildcard.ts";

export interface Route {
  readonly sinks: readonly string[];
  /** This one or a graver one. */
  readonly severity: Severity;
  /** Empty lists leave nothing out. */
  readonly providers: readonly string[];
  /** Patterns over identity ids. */
  readonly identities: readonly string[];
  readonly detectors: readonly string[];
  readonly environments: readonly string[];
}

/** Identities that fit any of the patterns are of this environment; the first that fits counts. */
export interface AlertEnvironment {
  readonly name: string;
  readonly identities: readonly string[];
}

export interface RoutedFinding {
  readonly severity: Severity;
  readonly provider: string;
  readonly identity_uids: readonly string[];
  readonly detectors: readonly string[];
}

/** Without routes everything goes to all `sinkIds`; in their order. */
export function sinksFor(
  finding: RoutedFinding,
  routes: readonly Route[],
  environments: readonly AlertEnvironment[],
  sinkIds: readonly string[],
): string[] {
  if (routes.length === 0) return [...sinkIds];
  const wanted = new Set(routes.filter((route) => holds(route, finding, environments)).flatMap(({ sinks }) => sinks));
  return sinkIds.filter((id) => wanted.has(id));
}

function holds(route: Route, finding: RoutedFinding, environments: readonly AlertEnvironment[]): boolean {
  const { severity, provider, identity_uids, detectors } = finding;
  if (rankOf(severity) < rankOf(route.severity)) return false;
  if (route.providers.length > 0 && !route.providers.includes(provider)) return false;
  if (route.identities.length > 0 && !identity_uids.some((uid) => fitsAny(route.identities, uid))) return false;
  if (route.detectors.length > 0 && !detectors.some((id) => route.detectors.includes(id))) return false;
  return route.environments.length === 0 || identity_uids.some((uid) => route.environments.includes(environmentOf(uid, environments)));
}

function environmentOf(uid: string, environments: readonly AlertEnvironment[]): string {
  return environments.find(({ identities }) => fitsAny(identities, uid))?.name ?? "";
}

function fitsAny(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => fitsWildcard(pattern, text));
}

export function rankOf(severity: Severity): number {
  return severities.indexOf(severity);
}
