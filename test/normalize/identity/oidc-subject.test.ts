// One CI project or pod is one identity, in every run and in every cloud: its subject must reduce to the same thing each time.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readOidcSubject, workloadOfIssuer } from "../../../normalize/identity/oidc-subject.ts";

const github = "token.actions.githubusercontent.com";

describe("what changes from run to run is no part of the identity", () => {
  test.each([
    [github, ["repo:org/app:ref:refs/heads/main", "repo:org/app:pull_request", "repo:org/app:environment:prod", "repo:org/app"]],
    ["github.example.com/_services/token", ["repo:org/app:ref:refs/tags/v1", "repo:org/app:ref:refs/heads/main"]],
    ["gitlab.com", ["project_path:group/sub/app:ref_type:branch:ref:main", "project_path:group/sub/app:ref_type:tag:ref:v1"]],
    ["gitlab.example.com", ["project_path:group/app:ref_type:branch:ref:main", "project_path:group/app:ref_type:branch:ref:dev"]],
    ["app.terraform.io", ["organization:o:project:p:workspace:w:run_phase:plan", "organization:o:project:p:workspace:w:run_phase:apply"]],
    [
      "agent.buildkite.com",
      ["organization:o:pipeline:p:ref:refs/heads/main:commit:abc:step:s", "organization:o:pipeline:p:ref:refs/heads/x:commit:d:step:t"],
    ],
    ["oidc.circleci.com/org/11", ["org/11/project/22/user/33", "org/11/project/22/user/44"]],
    ["api.bitbucket.org/2.0/workspaces/w/pipelines-config/identity/oidc", ["{repo}:{step-1}", "{repo}:{environment}:{step-2}"]],
    ["acme.app.spacelift.io", ["space:root:stack:net:run_type:TRACKED:scope:read", "space:root:stack:net:run_type:PROPOSED:scope:write"]],
  ])("%s", (issuer, subjects) => {
    const identities = subjects.map((subject) => readOidcSubject(issuer, subject, ""));
    expect(new Set(identities.map(({ uid }) => uid)).size).toBe(1);
    expect(new Set(identities.map(({ run }) => run)).size).toBe(subjects.length);
    expect(identities[0]?.workload_type).not.toBe("unknown");
    expect(identities[0]?.principal_type).toBe("federated-subject");
  });
});

describe("what differs stays apart", () => {
  test.each([
    [github, "repo:org/app:ref:x", "repo:org/app2:ref:x"],
    [github, "repo:org/app:ref:x", "repo:evil/app:ref:x"],
    ["gitlab.com", "project_path:a/b:ref:x", "project_path:a/b/c:ref:x"],
    ["app.terraform.io", "organization:o:project:p:workspace:a:run_phase:plan", "organization:o:project:p:workspace:b:run_phase:plan"],
    ["example.com", "user-1", "user-2"],
  ])("%s: %s and %s", (issuer, one, other) => expect(readOidcSubject(issuer, one, "").uid).not.toBe(readOidcSubject(issuer, other, "").uid));

  test("the same subject from another issuer", () => {
    expect(readOidcSubject(github, "repo:org/app", "").uid).not.toBe(readOidcSubject("evil.example.com", "repo:org/app", "").uid);
  });
});

test("GitHub's immutable subject is the same identity, with its ids as alias", () => {
  const named = readOidcSubject(github, "repo:org/app:ref:refs/heads/main", "");
  const immutable = readOidcSubject(github, "repo:org@101/app@202:ref:refs/heads/main", "");
  expect(immutable.uid).toBe(named.uid);
  expect(immutable.name).toBe("org/app");
  expect(immutable.alias).toBe(`${github}/repo:org@101/app@202`);
  expect(named.alias).toBe("");
});

test("a service account belongs to the cluster that the operator named, else to its issuer", () => {
  const subject = "system:serviceaccount:shop:checkout";
  const issuer = "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE";
  expect(readOidcSubject(issuer, subject, "cluster-a")).toMatchObject({ uid: `cluster-a/${subject}`, principal_type: "k8s-service-account" });
  expect(readOidcSubject(issuer, subject, "").uid).toBe(`${issuer}/${subject}`);
});

test("Entra's app tokens name the service principal by its object id, as Azure's own logs do", () => {
  const subject = "AAAABBBB-0000-4000-8000-CCCCDDDD0001";
  expect(readOidcSubject("sts.windows.net/tenant/", subject, "")).toMatchObject({ uid: subject.toLowerCase(), principal_type: "service-principal" });
  expect(readOidcSubject("sts.windows.net/tenant/", "pairwise-user", "").uid).toBe("sts.windows.net/tenant//pairwise-user");
});

test("an issuer alone tells the workload where only such workloads hold its tokens", () => {
  expect(workloadOfIssuer("oidc.eks.eu-west-1.amazonaws.com/id/X")).toBe("k8s-pod");
  expect(workloadOfIssuer(github)).toBe("ci-pipeline");
  expect(workloadOfIssuer("app.terraform.io")).toBe("infrastructure-as-code");
  expect(workloadOfIssuer("accounts.google.com")).toBe("unknown");
});

test("any issuer and subject give a bounded identity, the same each time", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }),
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.string().map((text) => `repo:${text}`),
      ),
      (issuer, subject) => {
        const identity = readOidcSubject(issuer, subject, "");
        expect(identity).toEqual(readOidcSubject(issuer, subject, ""));
        expect(identity.uid).not.toBe("");
      },
    ),
  );
  expect(readOidcSubject(github, `repo:${"@1/".repeat(400_000)}`, "").uid.length).toBeLessThan(2048);
});
