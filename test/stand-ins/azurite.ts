// Azurite, Microsoft's own emulator of Azure Storage, for tests: its blob service, in memory.
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { installOnce, missingForInstall, runInstaller } from "./install-once.ts";

export interface Azurite {
  readonly accountUrl: string;
  readonly connectionString: string;
  stop(): Promise<void>;
}

const version = "3.37.0";
const name = `azurite-${version}`;

export const missingForAzurite = () => missingForInstall(name, "npm", "Azure Blob Storage");

/** The account and key that every Azurite has, by its documentation. */
export const azuriteAccount = {
  name: "devstoreaccount1",
  key: "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
};

export async function startAzurite(): Promise<Azurite> {
  const patiently = ["--fetch-retries=5", "--fetch-timeout=60000"];
  const folder = await installOnce(name, (draft) =>
    runInstaller("npm", ["install", "--prefix", draft, "--no-audit", "--no-fund", "--ignore-scripts", ...patiently, `azurite@${version}`]),
  );
  const program = path.join(folder, "node_modules/azurite/dist/src/blob/main.js");
  const child = spawn(
    process.execPath,
    // It has no word for ending with its parent, so its standard input tells it.
    ["-e", `process.stdin.on("end", () => process.exit()).resume(); require(process.argv[1])`, program, ...options],
    { stdio: ["pipe", "pipe", "ignore"] },
  );
  const exited = once(child, "exit");
  const port = await new Promise<string>((resolve, reject) => {
    void exited.then(() => reject(new Error("Azurite ended at its start")));
    createInterface(child.stdout).on("line", (line) => {
      const [, found] = /successfully listens on http:\/\/127\.0\.0\.1:(\d+)/i.exec(line) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  const accountUrl = `http://127.0.0.1:${port}/${azuriteAccount.name}`;
  return {
    accountUrl,
    connectionString: `DefaultEndpointsProtocol=http;AccountName=${azuriteAccount.name};AccountKey=${azuriteAccount.key};BlobEndpoint=${accountUrl};`,
    stop: async () => {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

const options = ["--blobHost", "127.0.0.1", "--blobPort", "0", "--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry"];
