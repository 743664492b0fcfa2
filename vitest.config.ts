import { availableParallelism } from "node:os";
import { defaultClientConditions, defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";

// "hodu-source" is the first condition of every package's exports and points at src, so that a test never runs a stale
// dist. Vite resolves test files by the ssr conditions and the rest by the plain ones: both lists need it.
const source = "hodu-source";

/** `npm run ok` makes a fifth of the runs of dear properties, and leaves tests with the tag "long" to `npm test`. */
const isFast = process.env.HODU_FAST_TESTS === "1";

declare module "vitest" {
  interface ProvidedContext {
    /** What share of its runs a dear property makes: tests take it by `inject("share")`. */
    readonly share: number;
  }
}

export default defineConfig({
  resolve: { conditions: [source, ...defaultClientConditions] },
  ssr: { resolve: { conditions: [source, ...defaultServerConditions] } },
  test: {
    include: ["{packages,plugins}/*/src/**/*.test.ts", "tools/**/*.test.ts", "test/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    environment: "node",
    // all processors: one of two would be left idle
    maxWorkers: availableParallelism(),
    experimental: { fsModuleCache: true },
    provide: { share: isFast ? 0.2 : 1 },
    tags: [
      { name: "long", description: "Takes more than half a second, most of it in other programs or on large data." },
    ],
    testTimeout: 60_000,
    hookTimeout: 20_000,
  },
});
