import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Script } from "node:vm";

/** What the script of the command gives. */
interface Program {
  main(args: readonly string[]): Promise<void>;
}

/** A script that the engine has read. */
export interface CompiledScript {
  /** Whether it was made from code of an earlier start. */
  readonly isFromCode: boolean;
  run(): Program;
  /** What the engine has made of it until now. */
  code(): Buffer;
}

/** The form of the file: an expression that is a function. */
type Wrapped = (
  require: NodeJS.Require,
  module: { readonly exports: Program },
  address: string,
  load: (specifier: string) => Promise<unknown>,
) => void;

/** Reads a bundled script, from kept code if that fits its engine. Throws what reading throws. */
export function compileScript(path: string, code: Buffer | undefined): CompiledScript {
  const script = new Script(readFileSync(path, "latin1"), {
    filename: path,
    ...(code !== undefined && { cachedData: code }),
  });
  return {
    isFromCode: code !== undefined && script.cachedDataRejected === false,
    run() {
      const module = { exports: {} as Program };
      const address = pathToFileURL(path).href;
      (script.runInThisContext() as Wrapped)(createRequire(address), module, address, (specifier) => import(specifier));
      return module.exports;
    },
    code: () => script.createCachedData(),
  };
}
