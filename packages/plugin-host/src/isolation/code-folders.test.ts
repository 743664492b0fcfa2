import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { codeFolders } from "./code-folders.ts";
import { toolchainOf } from "./toolchain.ts";

let cargo: string;
beforeEach(() => {
  cargo = join(realpathSync(mkdtempSync(join(tmpdir(), "hodu-cargo-"))), "cargo");
  mkdirSync(join(cargo, "bin"), { recursive: true });
  writeFileSync(join(cargo, "bin/cargo"), "#!/bin/sh\n");
  chmodSync(join(cargo, "bin/cargo"), 0o755);
  vi.stubEnv("CARGO_HOME", cargo);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(join(cargo, ".."), { recursive: true });
});

describe.skipIf(process.platform === "win32")("the credentials beside cargo's programs", () => {
  it("are not seen by a program that is one of them", () => {
    const found = codeFolders({ command: join(cargo, "bin/cargo"), arguments: [] }, "/plugin", false);
    expect(found).toContain(join(cargo, "bin"));
    expect(found).not.toContain(cargo);
  });

  it.each(["", "/"])("are not seen by a build that has them on its PATH, with %j at the end", (end) => {
    const { folders } = toolchainOf({ PATH: `${join(cargo, "bin")}${end}`, CARGO_HOME: cargo }, "/home");
    expect(folders).toContain(`${join(cargo, "bin")}${end}`);
    expect(folders).not.toContain(cargo);
  });
});
