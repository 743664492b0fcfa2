export { availableThreads } from "hodu-plugin-sdk/node";
