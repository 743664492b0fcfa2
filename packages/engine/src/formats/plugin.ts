import { definePlugin, type KnownPlugin } from "hodu-plugin-sdk";
import { loadHdss } from "./load-hdss.ts";
import { loadHdt } from "./load-hdt.ts";
import { loadJson } from "./load-json.ts";
import { formatsManifest } from "./manifest.ts";
import { saveHdss } from "./save-hdss.ts";
import { saveHdt } from "./save-hdt.ts";
import { saveJson } from "./save-json.ts";

/** The formats that are part of Hodu, as a plugin. */
export const formatsPlugin: KnownPlugin = definePlugin({
  manifest: formatsManifest,
  formats: {
    hdss: { loadModel: loadHdss, saveModel: saveHdss },
    hdt: { loadTensors: (source, _options, context) => loadHdt(source, context), saveTensors: saveHdt },
    json: { loadTensors: loadJson, saveTensors: saveJson },
  },
});
