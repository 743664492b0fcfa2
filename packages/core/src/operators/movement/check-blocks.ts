/** Fails for a block size or mode that DepthToSpace and SpaceToDepth do not have. */
export function checkBlocks(size: number, mode: string, context: { fail(rule: string): never }): void {
  if (!(size >= 1)) context.fail(`blocksize ${size} must be at least 1`);
  if (mode !== "DCR" && mode !== "CRD") context.fail(`mode ${JSON.stringify(mode)} must be DCR or CRD`);
}
