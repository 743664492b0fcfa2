import { isAbsolute, normalize, sep } from "node:path";
import { HoduError, quote } from "@hodu/core";

/**
 * Refuses (POLICY) a hidden file beside one that a plugin was given: models refer to none, and keys and settings lie there. What leads out
 * of the folder is the matter of who opens it: the user has to allow that by name.
 */
export function refuseHidden(owner: string, name: string): void {
  const path = normalize(name);
  const parts = path.split(sep);
  if (isAbsolute(path) || parts[0] === ".." || !parts.some((part) => part.startsWith(".") && part !== ".")) return;
  throw refusal("open", owner, name, "it is hidden, expected a file that a folder shows");
}

/** Refuses (POLICY) a name beside a plugin's output that is not made of that: `model.onnx.data` and `model.bin` are of `model.onnx`. */
export function refuseStranger(owner: string, name: string): void {
  const beginning = /^\.?[^.]*/.exec(owner)?.[0] ?? owner;
  if (name.startsWith(beginning) && /^[._-]/.test(name.slice(beginning.length))) return;
  throw refusal("write", owner, name, `expected a name such as ${quote(`${owner}.data`)}`);
}

function refusal(what: string, owner: string, name: string, reason: string): HoduError {
  return new HoduError("POLICY", `Cannot ${what} ${quote(name)} beside ${quote(owner)} for a plugin: ${reason}`, {
    where: { file: owner },
  });
}
