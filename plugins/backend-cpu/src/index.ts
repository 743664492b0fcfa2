import { definePlugin } from "hodu-plugin-sdk";
import { compiledBackend } from "hodu-plugin-sdk/compiler";
import { generator } from "./generator.ts";
import { manifest } from "./manifest.ts";

/** Runs models as machine code, compiled with the C compiler of the machine. */
export default definePlugin({ manifest, backends: { cpu: compiledBackend(generator) } });
