import { HoduError } from "@hodu/core";
import { type Manifest, parseCapability } from "hodu-plugin-sdk";

/** What a plugin can do, each capability in its one spelling: what it states, and what its components say. */
export function capabilitiesOf({ capabilities = [], components }: Manifest): ReadonlySet<string> {
  const ofComponents = components.flatMap((component): readonly string[] => {
    if (component.kind === "backend")
      return [...component.capabilities, ...component.devices.map((one) => `device:${one}`)];
    return component.kind === "format" ? component.capabilities : [];
  });
  return new Set([...capabilities.map(spelled), ...ofComponents]);
}

/** A capability in its one spelling; what is none, as it is. */
export function spelled(capability: string): string {
  try {
    return parseCapability(capability);
  } catch (error) {
    if (error instanceof HoduError) return capability;
    throw error;
  }
}
