import { HoduError } from "@hodu/core";

/** A way to refuse what a caller gave: `what` completes "Cannot ...". Throws BAD_INPUT. `hint`: what to write instead. */
export type Refuse = (why: string, hint?: string) => never;

export function refuseWith(what: string): Refuse {
  return (why, hint) => {
    throw new HoduError("BAD_INPUT", `Cannot ${what}: ${why}`, hint === undefined ? {} : { hint });
  };
}
