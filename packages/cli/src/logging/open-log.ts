import type { Config } from "../config/config.ts";
import { painter } from "../terminal/style.ts";
import { type Log, SILENT_LOG } from "./log.ts";
import { openLogOutput } from "./log-output.ts";

/** The log that the settings ask for. Who set no level, module or file gets none, and nothing is loaded for it. Throws CONFIG. */
export async function openLog(config: Config, environment: NodeJS.ProcessEnv = process.env): Promise<Log> {
  const [level, modules, file] = [
    config.get("logging.level"),
    config.get("logging.modules"),
    config.get("logging.file"),
  ] as const;
  if ([level, modules, file].every(({ origin }) => origin.from === "default")) return SILENT_LOG;
  const output = openLogOutput(file.value, environment);
  const { makePinoLog } = await import("./pino-log.ts");
  const isOnTerminal = file.value === undefined;
  return makePinoLog({
    rules: { level: level.value, modules: modules.value },
    format: config.get("logging.format").value,
    colors: isOnTerminal && painter(process.stderr)("", "dim") !== "",
    isOnTerminal,
    output,
  });
}
