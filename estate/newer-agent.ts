// A user agent of a later version of the same tool, for upgrades and releases.

/** Parts of an agent that name what the tool is built with, and not the tool. */
const foundations = new Set(["gl-python", "grpc", "gax", "Python", "python", "APN", "HashiCorp"]);

/** The tool's next version: the first number where it counts releases (gcloud 540, a provider's 34), else the second. */
export function newerAgent(agent: string): string {
  for (const [, name = "", version = "", first = "", second = ""] of agent.matchAll(/([\w.+-]+)\/v?((\d+)\.(\d+)\.\d+)/g)) {
    if (foundations.has(name)) continue;
    const next = Number(first) >= 10 ? `${Number(first) + 1}.0.0` : `${first}.${Number(second) + 1}.0`;
    return agent.replaceAll(version, next);
  }
  return agent;
}
