// A baseline of agents must survive a patch release and tell a tool from the library under it.
import fc from "fast-check";
import { expect, test } from "vitest";
import { readAgent } from "../../normalize/agent.ts";

const cases: readonly [agent: string, family: string, kind: string][] = [
  ["aws-cli/2.13.22 Python/3.11.5 Linux/5.10 exe/x86_64.amzn.2 prompt/off command/s3.sync", "aws-cli/2", "cli"],
  ["Boto3/1.28.57 md/Botocore#1.31.57 ua/2.0 os/linux", "boto3/1", "sdk"],
  ["[aws-sdk-java/2.20.56 Linux/5.10 OpenJDK_64-Bit_Server_VM/17.0.8]", "aws-sdk-java/2", "sdk"],
  ["aws-sdk-go/1.44.299 (go1.20.6; linux; amd64)", "aws-sdk-go/1", "sdk"],
  ["aws-sdk-ruby3/3.190.0 ua/2.0", "aws-sdk-ruby3/3", "sdk"],
  ["aws-sdk-dotnet-coreclr/3.7.0 aws-sdk-dotnet-core", "aws-sdk-dotnet-coreclr/3", "sdk"],
  ["grpc-java-netty/1.55.1", "grpc-java-netty/1", "sdk"],
  ["aws-sdk-go-v2/1.21.0 os/linux", "aws-sdk-go-v2/1", "sdk"],
  [
    "APN/1.0 HashiCorp/1.0 Terraform/1.5.7 (+https://www.terraform.io) terraform-provider-aws/5.17.0 aws-sdk-go/1.45",
    "terraform/1",
    "infrastructure-as-code",
  ],
  ["cloudformation.amazonaws.com", "cloudformation", "infrastructure-as-code"],
  ["ec2.amazonaws.com", "ec2.amazonaws.com", "provider-service"],
  ["AWS Internal", "aws-internal", "provider-service"],
  ["[S3Console/0.4, aws-internal/3 aws-sdk-java/1.11]", "s3console/0", "browser"],
  ["kubectl/v1.36.3 (linux/amd64) kubernetes/0", "kubectl/1", "kubernetes-client"],
  ["kube-controller-manager/v1.36.3 (linux/amd64) kubernetes/abc/leader-election", "kube-controller-manager/1", "kubernetes-client"],
  ["argocd-application-controller/v2.14 (linux/amd64)", "argocd-application-controller/2", "kubernetes-client"],
  ["google-cloud-sdk gcloud/450.0.0 command/gcloud.compute.instances.list", "gcloud/450", "cli"],
  ["AZURECLI/2.53.0 (DEB) azsdk-python-azure-mgmt-resource/23.1.0b2 Python/3.11.5", "azure-cli/2", "cli"],
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36", "chrome", "browser"],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0", "firefox", "browser"],
  ["curl/8.5.0", "curl/8", "cli"],
  ["python-requests/2.32.3", "python-requests/2", "sdk"],
  ["my-own-tool/v3.2.1 (prod)", "my-own-tool/3", "other"],
  ["something strange", "something", "other"],
  ["", "", "none"],
];

for (const [agent, family, kind] of cases) {
  test(`${agent.slice(0, 60) || "no agent"} is ${family || "none"}`, () => expect(readAgent(agent)).toEqual({ family, kind }));
}

test("a patch release is the same tool", () => expect(readAgent("aws-cli/2.13.22 Python/3.11.5")).toEqual(readAgent("aws-cli/2.17.1 Python/3.12.1")));

test("any text gives a family of at most 64 characters without control characters", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (agent) => {
      const { family } = readAgent(agent);
      expect(family.length).toBeLessThanOrEqual(64);
      expect(family).not.toMatch(/\p{Cc}/u);
    }),
  );
});

test("a megabyte of hostile agent is read in its first 512 characters only", () => {
  const agent = `Mozilla/${"(".repeat(1_000_000)}`;
  expect(readAgent(agent)).toEqual(readAgent(agent.slice(0, 512)));
});
