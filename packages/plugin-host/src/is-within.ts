import { isAbsolute, relative, sep } from "node:path";

/** Whether a path is a folder, or in it. Both are whole paths, held against each other as they are: no link is followed. */
export function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  // From one drive of Windows to another there is none but a whole path.
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
