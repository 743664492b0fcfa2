export { STAND_INS } from "./program-size.ts";
export { type RunInputs, runSchedule } from "./run-schedule.ts";
export { scheduleGraph } from "./schedule-graph.ts";
export type * from "./types.ts";
