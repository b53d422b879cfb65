// Compiles the published package into dist/: the same tree as the sources, with the SQL files and examples that the program
// reads beside its code. A checkout needs no build: Node runs the sources.
import { execFileSync } from "node:child_process";
import { cpSync, globSync, rmSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const target = path.join(root, "dist");
rmSync(target, { recursive: true, force: true });
execFileSync(process.execPath, [path.join(root, "node_modules/typescript/bin/tsc"), "-p", path.join(root, "tsconfig.build.json")], {
  stdio: "inherit",
});
for (const file of [...globSync("queries/*.sql", { cwd: root }), ...globSync("storage/migrations/*.sql", { cwd: root })]) {
  cpSync(path.join(root, file), path.join(target, file));
}
for (const beside of ["examples", "deploy", "package.json"]) cpSync(path.join(root, beside), path.join(target, beside), { recursive: true });
