/**
 * Holds the operator table to the standard: every version of every operator, its parameters, types and attributes, against the schemas
 * in the onnx package, which is installed from PyPI into a virtual environment below node_modules/.cache.
 * The last line is `N passed, N failed, N skipped`.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { compareSchemas, type StandardSchema } from "./schemas/compare.ts";

const ONNX = "onnx==1.23.2";
const ENVIRONMENT = "node_modules/.cache/onnx-schemas";

const python = openEnvironment();
if (python === undefined) {
  console.log("0 passed, 0 failed, 1 skipped");
} else {
  const text = execFileSync(python, ["tools/schemas/dump.py"], { encoding: "utf8", maxBuffer: 1 << 28 });
  const results = compareSchemas(JSON.parse(text) as StandardSchema[]);
  const failed = results.filter(({ problem }) => problem !== undefined);
  for (const { id, problem } of failed) console.log(`FAIL ${id}: ${problem}`);
  console.log(`${results.length - failed.length} passed, ${failed.length} failed, 0 skipped`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}

/** The interpreter of an environment that has the onnx package; undefined, with the reason printed, when it cannot be had. */
function openEnvironment(): string | undefined {
  const interpreter = `${ENVIRONMENT}/bin/python`;
  try {
    if (!existsSync(`${ENVIRONMENT}/ready`)) {
      execFileSync("python3", ["-m", "venv", ENVIRONMENT], { stdio: "pipe" });
      execFileSync(interpreter, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ONNX], {
        stdio: "pipe",
      });
      execFileSync("touch", [`${ENVIRONMENT}/ready`]);
    }
    return interpreter;
  } catch (error) {
    console.log(
      `skipped: ${ONNX} cannot be installed (it takes python3 with venv, and PyPI): ${String(error).split("\n")[0]}`,
    );
    return undefined;
  }
}
