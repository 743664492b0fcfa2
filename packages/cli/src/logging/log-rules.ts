import type { LogLevel } from "hodu-plugin-sdk";
import { LOG_LEVELS } from "./levels.ts";
import { moduleName } from "./module-name.ts";

/** Levels of the log: of all modules, and of those that have one of their own, by short name. */
export interface LogRules {
  readonly level: LogLevel;
  readonly modules: ReadonlyMap<string, string>;
}

/** The level of a module, by short or full name. */
export function levelOf({ level, modules }: LogRules, module: string): LogLevel {
  const own = modules.get(moduleName(module));
  return LOG_LEVELS.find((name) => name === own) ?? level;
}
