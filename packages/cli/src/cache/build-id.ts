import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

let known: string | undefined;

/** Which build of Hodu this is: artifacts of another are not used. Where it is bundled, the digest of the bundle. */
export function buildId(): string {
  known ??= bundleId() ?? checkoutId();
  return known;
}

function bundleId(): string | undefined {
  try {
    return readFileSync(new URL("build-id.txt", import.meta.url), "utf8").trim();
  } catch {
    return undefined;
  }
}

/** In a checkout, when each package was compiled. */
function checkoutId(): string {
  const root = fileURLToPath(new URL("../../../../", import.meta.url));
  const times = ["packages", "plugins"].flatMap((folder) =>
    namesIn(join(root, folder)).map(
      (name) => statSync(join(root, folder, name, "dist/.tsbuildinfo"), { throwIfNoEntry: false })?.mtimeMs ?? 0,
    ),
  );
  return `checkout ${times.join(" ")}`;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
