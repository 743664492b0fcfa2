export {
  compareValues,
  type Difference,
  type ElementDifference,
  formatDifference,
} from "./compare/compare-values.ts";
export { DEFAULT_TOLERANCE, type Tolerance } from "./compare/tolerance.ts";
export { fitValue } from "./inputs/fit-value.ts";
export { manifest as interpManifest } from "./interp/manifest.ts";
export { interpPlugin } from "./interp/plugin.ts";
