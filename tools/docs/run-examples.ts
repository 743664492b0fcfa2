import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Example } from "./examples.ts";

/** Steps of the command that it tells only in a terminal of a certain kind, or with times. */
const PROGRESS = /^ *(?:Loading|Compiling|Running|Finished|Matches) .*\n?/gm;

/** Packages that a program of an example may import. */
const PACKAGES: Readonly<Record<string, string>> = { hodu: "packages/cli", "hodu-plugin-sdk": "packages/plugin-sdk" };

/** Models run on what every machine has: what is printed must not depend on whether there is a C compiler. */
const BACKEND = { HODU_BACKENDS_PRIORITY: "interp" };

/** A folder in which the examples of one page run one after the other, as a reader would: with the examples' files and `hodu`. */
export class ExampleFolder {
  readonly #path = mkdtempSync(join(tmpdir(), "hodu-examples-"));

  constructor(root: string) {
    cpSync(join(root, "examples"), join(this.#path, "examples"), { recursive: true });
    for (const name of ["package.json", "packages", "plugins", "tools"]) {
      symlinkSync(resolve(root, name), join(this.#path, name));
    }
    mkdirSync(join(this.#path, "node_modules"));
    for (const [name, folder] of Object.entries(PACKAGES)) {
      symlinkSync(resolve(root, folder), join(this.#path, "node_modules", name));
    }
    mkdirSync(join(this.#path, "bin"));
    const hodu = join(this.#path, "bin/hodu");
    writeFileSync(hodu, `#!/bin/sh\nexec node "${resolve(root, "packages/cli/bin/hodu.js")}" "$@"\n`);
    chmodSync(hodu, 0o755);
  }

  /** What an example prints where no progress is shown: its output, then its errors. The folder itself is told as ~. */
  run({ kind, text }: Example): string {
    if (kind === "program") writeFileSync(join(this.#path, "program.mjs"), text);
    const command = kind === "command" ? ["bash", "-c", text] : [process.execPath, "program.mjs"];
    const { stdout, stderr } = spawnSync(command[0], command.slice(1), {
      cwd: this.#path,
      encoding: "utf8",
      env: { ...this.#environment(), ...(text.startsWith("hodu run") && BACKEND) },
    });
    return `${stdout}${stderr.replace(PROGRESS, "")}`.replaceAll(this.#path, "~").trimEnd();
  }

  remove(): void {
    rmSync(this.#path, { recursive: true, force: true });
  }

  /** That of this process without its settings of Hodu; the folder is the home. */
  #environment(): NodeJS.ProcessEnv {
    const others = Object.entries(process.env).filter(([name]) => !name.startsWith("HODU_"));
    const PATH = `${join(this.#path, "bin")}:${process.env.PATH}`;
    return {
      ...Object.fromEntries(others),
      HOME: this.#path,
      NO_COLOR: "1",
      CI: "true",
      COLUMNS: "80",
      PATH,
    };
  }
}
