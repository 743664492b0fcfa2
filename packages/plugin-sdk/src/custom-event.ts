import type { CustomEvent } from "./contracts/events.ts";

/**
 * An event of a plugin's own, which is subscribed to by its event type. Across processes `data` travels as JSON.
 *
 * @example
 * ```js
 * import { customEvent } from "hodu-plugin-sdk";
 *
 * console.log(customEvent("MyEvent", { value: 42 }));
 * ```
 * ```text
 * { type: 'Custom', eventType: 'MyEvent', data: { value: 42 } }
 * ```
 */
export function customEvent<Data>(eventType: string, data: Data): CustomEvent<Data> {
  return { type: "Custom", eventType, data };
}
