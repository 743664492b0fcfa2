import { HoduError, quote } from "@hodu/core";
import type { ListedPlugin } from "../listed-plugin.ts";
import { countCalls } from "./count-calls.ts";
import { loadError } from "./life-errors.ts";
import { LOAD_TIMEOUT_MS, UNLOAD_TIMEOUT_MS } from "./limits.ts";
import type { Life } from "./living-plugin.ts";
import { loadFailure } from "./load-failure.ts";
import { openScope, type Surroundings } from "./open-scope.ts";
import type { PluginState } from "./plugin-state.ts";
import { within } from "./within.ts";

/** Loads a plugin and calls its onLoad. What fails leaves nothing behind. `reached` is told how far it is. Throws HoduErrors only. */
export async function startLife(
  listed: ListedPlugin,
  around: Surroundings,
  reached: (state: PluginState) => void,
): Promise<Life> {
  try {
    return await begin(listed, around, reached);
  } catch (cause) {
    throw loadFailure(loadError(cause, listed.manifest.id), listed);
  }
}

async function begin(listed: ListedPlugin, around: Surroundings, reached: (state: PluginState) => void): Promise<Life> {
  const { id } = listed.manifest;
  const counted = countCalls(await listed.load());
  const { plugin } = counted;
  const scope = openScope(id, around);
  try {
    reached("loaded");
    const loading = plugin.onLoad?.(scope.context);
    if (loading !== undefined) await within(Promise.resolve(loading), LOAD_TIMEOUT_MS, () => late(id, "onLoad"));
    reached("initialized");
    if (plugin.onEvent !== undefined) {
      scope.context.subscribe("*", (event) => plugin.onEvent!(event, scope.view));
    }
    return { ...counted, scope };
  } catch (error) {
    scope.close();
    await plugin.dispose();
    throw error;
  }
}

/** Ends a life when its last calls have (`drained`): onUnload, its subscriptions and services, its process. `failed` is told of what went wrong, and nothing stops it. */
export async function endLife(life: Life, drained: Promise<void>, failed: (error: unknown) => void): Promise<void> {
  const { plugin, scope } = life;
  await drained;
  scope.deafen();
  try {
    const { id } = plugin.manifest;
    const unloading = plugin.onUnload?.(scope.context);
    if (unloading !== undefined) {
      await within(Promise.resolve(unloading), UNLOAD_TIMEOUT_MS, () => late(id, "onUnload"));
    }
  } catch (error) {
    failed(error);
  }
  scope.close();
  await plugin.dispose().catch(failed);
}

function late(plugin: string, what: "onLoad" | "onUnload"): HoduError {
  const limit = what === "onLoad" ? LOAD_TIMEOUT_MS : UNLOAD_TIMEOUT_MS;
  const verb = what === "onLoad" ? "load" : "unload";
  const message = `Cannot ${verb} plugin ${quote(plugin)}: its ${what} did not end within ${limit / 1000} s`;
  return new HoduError("DEADLINE", message, { where: { plugin } });
}
