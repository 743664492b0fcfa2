import type { Component } from "hodu-plugin-sdk";

/** What a component can do, and for what, as `hodu plugin list` shows it. */
export interface ComponentSummary {
  /** `[Runner, Builder]`, `[load_model]`; empty where its kind says all. */
  readonly abilities: string;
  /** `devices: cpu`, `.npy, .npz`, `stage: graph_cleanup`. */
  readonly scope: string;
}

const RUNS = { run: "Runner", build: "Builder" } as const;

/** The summary of a component of any kind. */
export function describeComponent(component: Component): ComponentSummary {
  switch (component.kind) {
    case "format": {
      const extensions = [...new Set([...component.modelExtensions, ...component.tensorExtensions])];
      return { abilities: `[${component.capabilities.join(", ")}]`, scope: extensions.join(", ") };
    }
    case "backend": {
      const abilities = component.capabilities.map((capability) => RUNS[capability]).join(", ");
      return { abilities: `[${abilities}]`, scope: `devices: ${component.devices.join(", ")}` };
    }
    case "runtime":
      return { abilities: "", scope: `engine: ${component.engine}, device: ${component.device}` };
    case "adapter":
      return { abilities: "", scope: `SMI ${component.smi}` };
    case "transform":
    case "hw-transform":
      return { abilities: "", scope: `stage: ${component.stage}` };
    case "kernel":
      return { abilities: "", scope: `operator: ${component.operator}` };
    case "kernel-backend":
      return { abilities: "", scope: `kernel: ${component.kernel}, ${component.language}` };
    case "operator":
      return { abilities: `[${component.operators.join(", ")}]`, scope: `domain: ${component.domain}` };
    case "extension":
      return { abilities: "", scope: "" };
  }
}
