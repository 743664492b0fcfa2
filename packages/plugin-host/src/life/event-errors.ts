import { HoduError, quote } from "@hodu/core";
import type { HoduEvent } from "hodu-plugin-sdk";
import { MAX_EVENT_DEPTH } from "./limits.ts";

/** Of a listener that threw: the error that it gave, if that is one of Hodu. */
export function failed(plugin: string, event: HoduEvent, cause: unknown): HoduError {
  if (cause instanceof HoduError) return cause;
  const message = `Cannot tell plugin ${quote(plugin)} of ${event.type}: its listener failed with ${String(cause)}`;
  return new HoduError("PLUGIN_PROTOCOL", message, { cause, where: { plugin } });
}

/** Of a listener that did not end. */
export function endless(plugin: string, event: HoduEvent, milliseconds: number): HoduError {
  const message = `Cannot tell plugin ${quote(plugin)} of ${event.type}: its listener did not end within ${milliseconds} ms, so it is told no more`;
  return new HoduError("DEADLINE", message, { where: { plugin } });
}

/** Of an event that was not delivered. */
export function dropped(event: HoduEvent): HoduError {
  return new HoduError(
    "BAD_USAGE",
    `Cannot publish ${event.type}: found events that bring about each other, expected at most ${MAX_EVENT_DEPTH} below each other`,
  );
}
