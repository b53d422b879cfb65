// The walk over records (ingest/decode/walk) compiled, as a module that holds the bytes: nobody who runs machinetrail needs the compiler.
import { main } from "assemblyscript/asc";

const folder = `${import.meta.dirname}/../../ingest/decode/walk`;
/** Of 64 KiB: a little more than the memory that walk.as.ts lays out. */
const memoryPages = 303;

export async function recordWalkBinary(): Promise<string> {
  let binary = new Uint8Array();
  const memory = ["--initialMemory", String(memoryPages), "--maximumMemory", String(memoryPages)];
  const output = ["--outFile", "record-walk.wasm", "--runtime", "stub", "--enable", "simd", "-O3", "--noAssert"];
  const { error, stderr } = await main(["walk.as.ts", "--baseDir", folder, ...output, ...memory], {
    writeFile: (_name, contents) => {
      binary = Uint8Array.from(contents as Uint8Array);
    },
  });
  if (error !== null) throw new Error(`walk.as.ts does not compile: ${stderr.toString()}`);
  const text = Buffer.from(binary).toString("base64");
  return `// Made by npm run generate from walk.as.ts.\nexport const recordWalkBinary =\n  "${text}";\n`;
}
