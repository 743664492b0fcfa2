/** For plugins that run in Node: foreign functions, mappings, locks and errors of files, and what of the machine a process may use. */
export { availableThreads } from "./available-threads.ts";
export {
  type ForeignFunction,
  type ForeignFunctions,
  foreignFunctions,
  type ForeignLibrary,
} from "./foreign-functions.ts";
export { type FileLockOptions, tryFolderLock, withFileLock } from "./file-lock.ts";
export { findMapper, type MapFile, type Mapping } from "./map-file.ts";
export { shellWord } from "./shell-word.ts";
export { cannotCreate, errnoOf, writeError } from "./write-error.ts";
