import { HoduError, quote } from "@hodu/core";
import type { BackendPlugin } from "hodu-plugin-sdk";
import type { Offer } from "../run/open-for-run.ts";

/** A backend that is loaded. */
export interface LoadedOffer {
  readonly offer: Offer;
  readonly backend: BackendPlugin;
  /** Why it cannot be used on this machine, where that is so. */
  readonly unavailable?: string;
}

/**
 * The first of the backends that loads and that this machine has what it needs for; the last one, where there is none. `onPass` is told why
 * others are passed over. Throws what loading the last one throws.
 */
export async function firstAvailable(
  candidates: readonly [Offer, ...Offer[]],
  device: string,
  onPass: (text: string) => void,
): Promise<LoadedOffer> {
  for (const offer of candidates.slice(0, -1)) {
    const found = await load(offer, device).catch(reasonOf);
    if (typeof found !== "string" && found.unavailable === undefined) return found;
    onPass(`${offer.component.name} cannot be used: ${typeof found === "string" ? found : found.unavailable}`);
  }
  return load(candidates[candidates.length - 1], device);
}

async function load(offer: Offer, device: string): Promise<LoadedOffer> {
  const backend = (await offer.plugin.load()).backends![offer.component.name];
  const available = (await backend.available?.(device)) ?? true;
  return available === true ? { offer, backend } : { offer, backend, unavailable: available };
}

function reasonOf(error: unknown): string {
  if (error instanceof HoduError && error.code !== "ABORTED") return error.message.split("\n")[0];
  throw error;
}

/** BACKEND_NOT_FOUND for a backend that cannot be used on this machine. */
export const unavailableError = ({ offer, unavailable = "" }: LoadedOffer): HoduError =>
  new HoduError("BACKEND_NOT_FOUND", `Cannot use backend ${quote(offer.component.name)}: ${unavailable}`);
