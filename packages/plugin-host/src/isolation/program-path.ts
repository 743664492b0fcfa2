import { delimiter, isAbsolute, join } from "node:path";
import { isExecutable } from "../is-executable.ts";

/** Where a program is that can be started: by its path, or by its name on a PATH. Undefined where there is none. */
export function programPath(command: string, path = process.env.PATH ?? ""): string | undefined {
  const places = isAbsolute(command) ? [command] : path.split(delimiter).map((folder) => join(folder, command));
  return places.find(isExecutable);
}
