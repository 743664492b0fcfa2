/**
 * Holds the operator table to the standard: every version of every operator, its parameters, types and attributes, against the schemas
 * in the onnx package. The last line is `N passed, N failed, N skipped`.
 */
import { execFileSync } from "node:child_process";
import { findPython } from "./python-packages.ts";
import { compareSchemas, type StandardSchema } from "./schemas/compare.ts";

const { interpreter, reason } = findPython();
if (interpreter === undefined) {
  console.log(`skipped: ${reason}`);
  console.log("0 passed, 0 failed, 1 skipped");
} else {
  const text = execFileSync(interpreter, ["tools/schemas/dump.py"], { encoding: "utf8", maxBuffer: 1 << 28 });
  const results = compareSchemas(JSON.parse(text) as StandardSchema[]);
  const failed = results.filter(({ problem }) => problem !== undefined);
  for (const { id, problem } of failed) console.log(`FAIL ${id}: ${problem}`);
  console.log(`${results.length - failed.length} passed, ${failed.length} failed, 0 skipped`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}
