import type { EventOf, Manifest } from "hodu-plugin-sdk";
import { availableThreads } from "hodu-plugin-sdk/node";
import { platformTriple } from "../commands/version.ts";

/** A device that is there, and what was found of it. */
export type Hardware = Omit<EventOf<"HardwareDetected">, "type">;

/** The device that every machine has. */
export const processor = (): Hardware => ({
  device: "cpu",
  description: `${platformTriple()}, ${availableThreads()} cores`,
});

/** A device that a backend has looked for and found. */
export const usedBy = (backend: string, { id, version }: Manifest, device: string): Hardware => ({
  device,
  description: `the backend ${backend} of ${id} ${version} runs on it`,
});
