/** For plugins that run in Node: foreign functions, and what of the machine a process may use. */
export { availableThreads } from "./available-threads.ts";
export {
  type ForeignFunction,
  type ForeignFunctions,
  foreignFunctions,
  type ForeignLibrary,
} from "./foreign-functions.ts";
