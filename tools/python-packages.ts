import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";

/** The packages of PyPI that tests compare with. They need Python 3.11 or newer. */
const PACKAGES = ["ml_dtypes==0.6.0", "numpy==2.4.6", "onnx==1.23.2", "safetensors==0.8.0"];

const CACHE = "node_modules/.cache/python";

/** A Python that has the packages; or why there is none here. */
export type Python =
  | { readonly interpreter: string; readonly reason?: undefined }
  | { readonly interpreter?: undefined; readonly reason: string };

/**
 * A Python with numpy, ml_dtypes, onnx and safetensors, in a virtual environment that the first call makes (half a minute) and
 * later ones find. To be called from the root of the repository. What takes python3 with venv, or PyPI, is skipped where they are missing.
 */
export function findPython(): Python {
  const folder = resolve(CACHE, createHash("sha256").update(PACKAGES.join(" ")).digest("hex").slice(0, 12));
  try {
    if (!existsSync(folder)) install(folder);
    return { interpreter: join(folder, "bin", "python") };
  } catch (error) {
    return { reason: `${PACKAGES.join(" ")} cannot be installed: ${messageOf(error)}` };
  }
}

/** An environment is whole once it has its name: others may be installing the same one. */
function install(folder: string): void {
  const temporary = `${folder}.${process.pid}`;
  mkdirSync(CACHE, { recursive: true });
  try {
    execFileSync("python3", ["-m", "venv", temporary], { stdio: "pipe" });
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"];
    execFileSync(join(temporary, "bin", "python"), [...pip, ...PACKAGES], { stdio: "pipe" });
    if (!existsSync(folder)) renameSync(temporary, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** The last line of what a command said, which is where pip and venv put the reason. */
function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().split("\n").at(-1) ?? "";
}
