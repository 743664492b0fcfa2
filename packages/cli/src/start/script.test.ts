import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { compileScript } from "./script.ts";

const folder = mkdtempSync(join(tmpdir(), "hodu-script-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A script of its own: the engine knows texts that it has read before, whatever code comes with them. */
function newScript(name: string): string {
  const path = join(folder, `${name}.cjs`);
  const text = `(function (require, module, hoduAddress, hoduImport) {
    "use strict";
    module.exports.main = async (args) => {
      const { sep } = await hoduImport("node:path");
      args.push(hoduAddress, sep === require("node:path").sep, "${name}");
    };
  })`;
  writeFileSync(path, text);
  return path;
}

describe("a script of the command", () => {
  it("knows where it is, and can require and import modules", async () => {
    const path = newScript("plain");
    const script = compileScript(path, undefined);
    const args: unknown[] = [];
    await script.run().main(args as string[]);
    expect(args).toEqual([pathToFileURL(path).href, true, "plain"]);
    expect(script.isFromCode).toBe(false);
  });

  it("is made from its code, and from its text where the code is another's", async () => {
    const path = newScript("kept");
    const first = compileScript(path, undefined);
    await first.run().main([]);
    const code = first.code();
    expect(compileScript(path, code).isFromCode).toBe(true);
    const other = compileScript(newScript("other"), Buffer.alloc(code.length, 7));
    expect(other.isFromCode).toBe(false);
    const args: unknown[] = [];
    await other.run().main(args as string[]);
    expect(args.at(-1)).toBe("other");
  });
});
