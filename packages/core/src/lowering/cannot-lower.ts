/** Ends a lowering from within; `lowerNode` turns it into its reason. */
export class CannotLower extends Error {}
