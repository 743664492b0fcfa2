import { join } from "node:path";
import { HoduError } from "@hodu/core";
import { hoduHome } from "./hodu-home.ts";

/** The configuration file, whether it is there or not. Throws CONFIG where there is no home folder. */
export function configPath(environment: NodeJS.ProcessEnv): string {
  const folder = hoduHome(environment);
  if (folder !== undefined) return join(folder, "config.toml");
  throw new HoduError("CONFIG", "Cannot tell where the configuration is: found no home folder, expected one", {
    hint: "HODU_HOME=/path/to/folder hodu config path",
  });
}
