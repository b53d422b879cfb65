// User agents as tools write them, with versions that one machine keeps: an agent is drawn once for a machine, not for a call.
import type { Random } from "./random.ts";

export const agents = {
  boto3: (random: Random): string => {
    const patch = random.integer(2, 90);
    const kernel = `6.1.${random.integer(90, 150)}-${random.integer(100, 170)}.amzn2023.x86_64`;
    return `Boto3/1.40.${patch} md/Botocore#1.40.${patch} ua/2.1 os/linux#${kernel} md/arch#x86_64 lang/python#3.12.${random.integer(1, 11)} md/pyimpl#CPython cfg/retry-mode#standard Botocore/1.40.${patch}`;
  },
  javaSdk: (random: Random): string =>
    `aws-sdk-java/2.34.${random.integer(0, 40)} md/io#sync md/http#Apache ua/2.1 os/Linux#6.1.141 lang/java#21.0.${random.integer(2, 8)} md/OpenJDK_64-Bit_Server_VM#21.0.${random.integer(2, 8)}+9-LTS`,
  goSdk: (random: Random): string =>
    `aws-sdk-go-v2/1.39.${random.integer(0, 6)} ua/2.1 os/linux lang/go#1.25.${random.integer(0, 4)} md/GOOS#linux md/GOARCH#amd64`,
  awsCli: (random: Random, command: string): string =>
    `aws-cli/2.31.${random.integer(0, 30)} md/awscrt#0.27.6 ua/2.1 os/linux#6.8.0-${random.integer(40, 90)}-generic md/arch#x86_64 lang/python#3.13.7 md/pyimpl#CPython md/prompt#off md/command#${command}`,
  /** A function's own SDK. */
  lambda: (random: Random): string => {
    const patch = random.integer(2, 90);
    const python = random.pick(["3.11", "3.12", "3.13"]);
    return `Boto3/1.40.${patch} md/Botocore#1.40.${patch} ua/2.1 os/linux#5.10.2${random.integer(36, 47)}-${random.integer(220, 260)}.amzn2.x86_64 md/arch#x86_64 lang/python#${python}.${random.integer(1, 11)} md/pyimpl#CPython exec-env/AWS_Lambda_python${python} cfg/retry-mode#legacy Botocore/1.40.${patch}`;
  },
  nodeSdk: (random: Random, environment = ""): string => {
    const minor = random.integer(840, 920);
    return `aws-sdk-js/3.${minor}.0 ua/2.1 os/linux#6.1.${random.integer(130, 158)}-${random.integer(150, 180)}.amzn2023.x86_64 lang/js md/nodejs#22.${random.integer(11, 20)}.0${environment === "" ? "" : ` exec-env/${environment}`} api/client#3.${minor}.0`;
  },
  powerShell: (random: Random): string =>
    `AWSPowerShell.Common/5.0.${random.integer(20, 80)} ua/2.1 os/windows#10.0.20348.0 md/ARCH#X64 lang/.NET_Core#8.0.${random.integer(8, 20)} md/aws-sdk-dotnet-core#4.0.${random.integer(1, 9)} md/PowerShell/7.5.${random.integer(0, 3)}`,
  /** Outside of Linux: what people have on their desks. */
  awsCliOnMac: (random: Random, command = ""): string =>
    `aws-cli/2.31.${random.integer(0, 30)} md/awscrt#0.27.6 ua/2.1 os/macos#25.${random.integer(0, 1)}.0 md/arch#arm64 lang/python#3.13.${random.integer(5, 9)} md/pyimpl#CPython m/${random.pick(["E,Z,b", "C,Z,b,E", "b,Z,g,E"])} cfg/retry-mode#standard md/installer#source md/prompt#off md/command#${command}`,
  chrome: (random: Random): string =>
    `Mozilla/5.0 (${random.pick(["Macintosh; Intel Mac OS X 10_15_7", "X11; Linux x86_64", "Windows NT 10.0; Win64; x64"])}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/14${random.integer(1, 3)}.0.0.0 Safari/537.36`,
  githubActions: (random: Random): string =>
    `aws-sdk-js/3.${random.integer(840, 920)}.0 ua/2.1 os/linux#6.11.0-${random.integer(1012, 1020)}-azure lang/js md/nodejs#20.19.${random.integer(2, 5)} configure-aws-credentials-for-github-actions`,
  rustSdk: (random: Random): string =>
    `aws-sdk-rust/1.3.${random.integer(6, 9)} ua/2.1 api/s3/1.10${random.integer(1, 8)}.0 os/linux lang/rust/1.8${random.integer(6, 9)}.0`,
  cppSdk: (random: Random): string =>
    `aws-sdk-cpp/1.11.${random.integer(480, 660)} ua/2.1 md/aws-crt#0.29.9 os/Linux#5.15.${random.integer(60, 150)}-tegra md/arch#aarch64 lang/c++#C++17 md/GCC#11.4.0 cfg/retry-mode#default`,
  terraform: (random: Random): string =>
    `APN/1.0 HashiCorp/1.0 Terraform/1.13.${random.integer(0, 4)} (+https://www.terraform.io) terraform-provider-aws/6.${random.integer(10, 20)}.0 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.39.2`,
  helm: (random: Random): string => `Helm/3.1${random.integer(6, 9)}.${random.integer(0, 4)}`,
  kubernetesController: (name: string, version: string, random: Random): string => `${name}/${version} (linux/amd64) kubernetes/${random.hex(7)}`,
  gcpPython: (random: Random): string =>
    `gl-python/3.12.${random.integer(1, 11)} grpc/1.75.0 gax/2.25.${random.integer(0, 3)} gapic/3.4.0 gccl/3.4.0,gzip(gfe)`,
  gcpNode: (random: Random): string => `gl-node/22.${random.integer(9, 20)}.0 grpc/1.14.0 gax/5.0.${random.integer(0, 4)} gccl/7.11.6,gzip(gfe)`,
  gcpGo: (random: Random): string =>
    `google-api-go-client/0.5 gl-go/1.25.${random.integer(0, 4)} gccl/1.5${random.integer(5, 8)}.0 grpc-go/1.76.0,gzip(gfe)`,
  gcpTerraform: (random: Random): string =>
    `Terraform/1.13.${random.integer(0, 4)} (+https://www.terraform.io) Terraform-Plugin-SDK/2.38.1 terraform-provider-google/7.${random.integer(4, 12)}.0,gzip(gfe)`,
  gcloud: (random: Random, command: string): string =>
    `google-cloud-sdk gcloud/54${random.integer(0, 5)}.0.0 command/${command} invocation-id/${random.hex(32)} environment/GCE environment-version/None interactive/False from-script/True python/3.12.9 term/None (Linux 6.1.0-39-cloud-amd64),gzip(gfe)`,
  azureCli: (random: Random): string =>
    `AZURECLI/2.7${random.integer(4, 9)}.0 azsdk-python-core/1.35.0 Python/3.12.${random.integer(7, 10)} (Linux-6.8.0-${random.integer(40, 90)}-generic-x86_64-with-glibc2.39)`,
  azureTerraform: (random: Random): string =>
    `HashiCorp/go-azure-sdk (Go-http-Client/1.1 hashicorp/go-azure-sdk/resource-manager) HashiCorp Terraform/1.13.${random.integer(0, 4)} (+https://www.terraform.io) terraform-provider-azurerm/4.${random.integer(38, 52)}.0`,
  azureDotNet: (random: Random): string =>
    `azsdk-net-Identity/1.1${random.integer(3, 7)}.0 (.NET 8.0.${random.integer(8, 21)}; Linux 6.8.0-1031-azure)`,
  browser: (random: Random): string => {
    const version = random.integer(139, 145);
    return `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36 Edg/${version}.0.0.0`;
  },
  kubectl: (random: Random): string => `kubectl/v1.${random.integer(32, 34)}.${random.integer(0, 6)} (linux/amd64) kubernetes/${random.hex(7)}`,
  /** At a person's prompt. */
  gcloudByHand: (random: Random, command: string): string =>
    `google-cloud-sdk gcloud/54${random.integer(0, 5)}.0.0 command/${command} invocation-id/${random.hex(32)} environment/None environment-version/None interactive/True from-script/False python/3.12.9 term/xterm-256color (Macintosh; Intel Mac OS X 24.6.0),gzip(gfe)`,
  awsCliByHand: (random: Random, command: string): string =>
    `aws-cli/2.31.${random.integer(0, 30)} md/awscrt#0.27.6 ua/2.1 os/macos#24.6.0 md/arch#arm64 lang/python#3.13.7 md/pyimpl#CPython md/prompt#off md/command#${command}`,
  azureSdk: (random: Random): string =>
    `azsdk-python-azure-mgmt-compute/34.${random.integer(0, 2)}.0 Python/3.12.${random.integer(1, 9)} (Linux-6.8.0-1031-azure-x86_64)`,
} as const;
