import { HoduError } from "../../errors/hodu-error.ts";
import { quote } from "../../errors/quote.ts";
import { isName } from "../names.ts";
import { ELEMENT_ARRAYS } from "../elements.ts";
import { scalarType } from "../scalars.ts";
import type { Buffer, Kernel } from "../types.ts";
import { checkTyped } from "./check-expression.ts";
import { checkStatements } from "./check-statements.ts";
import { isKnownAtCall } from "./known-at-call.ts";
import { sizeFault } from "./size-fault.ts";
import { Verification } from "./verification.ts";

/**
 * The grammar of the kernel IR as code: everything that is wrong with a kernel, one sentence each with its place; empty when nothing is.
 * An index that is not proven to be in range is wrong: what depends on data stands behind a guard or a mask.
 */
export function kernelFindings(kernel: Kernel): readonly string[] {
  const fault = sizeFault(kernel);
  if (fault !== undefined) return [fault];
  const verification = new Verification();
  verification.at("kernel", () => {
    if (!isName(kernel.name)) verification.find(`the name ${quote(kernel.name)}, expected letters, digits and _`);
    for (const size of kernel.sizes) declareSize(verification, size);
    for (const buffer of kernel.buffers) declareBuffer(verification, buffer);
  });
  checkStatements(verification, kernel.body, "body");
  return verification.findings;
}

/** Throws INVALID_KERNEL with all findings. */
export function verifyKernel(kernel: Kernel): void {
  const findings = kernelFindings(kernel);
  if (findings.length === 0) return;
  throw new HoduError(
    "INVALID_KERNEL",
    `Cannot use the kernel ${quote(kernel.name)}: found a kernel that breaks the rules:\n  ${findings.slice(0, 10).join("\n  ")}`,
  );
}

function declareSize(verification: Verification, name: string): void {
  verification.declare(name, { kind: "size" });
  verification.ranges.defineSize(name);
}

function declareBuffer(verification: Verification, buffer: Buffer): void {
  const { name, memory, length, access } = buffer;
  if (!Object.hasOwn(ELEMENT_ARRAYS, memory)) verification.find(`an unknown memory type of buffer ${quote(name)}`);
  if (!["read", "write", "readwrite"].includes(access)) verification.find(`an unknown access to buffer ${quote(name)}`);
  verification.at(`length of ${quote(name)}`, () => {
    if (!checkTyped(verification, length, scalarType("index"))) return;
    if (!isKnownAtCall(length)) verification.find("a length that is not over constants and sizes");
    verification.ranges.bounds.push(verification.ranges.of(length));
  });
  verification.declare(name, { kind: "buffer", buffer });
}
