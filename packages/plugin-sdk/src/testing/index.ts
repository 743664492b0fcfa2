export { type BackendSuiteOptions, backendSuite } from "./backend-suite.ts";
export type { ContractTest, PluginUnderTest } from "./contract-test.ts";
export { type FormatFixture, formatSuite, type FormatSuiteOptions } from "./format-suite.ts";
export { sameBackendSuite, sameFormatSuite } from "./same-results.ts";
