/** SHA-256 where there is no node:crypto. */
export { pureSha256 as newSha256 } from "@hodu/core/container";
