import { existsSync } from "node:fs";
import { HoduError } from "@hodu/core";
import { configPath } from "../config/config-path.ts";
import { type Config, openConfig, withoutFile } from "../config/config.ts";
import { type KeyName, KEYS } from "../config/keys.ts";
import { asWrong } from "./as-wrong.ts";
import type { Finding } from "./finding.ts";

/** The settings, and what is wrong with them; those of the environment where the file cannot be used. */
export async function checkConfig(
  environment: NodeJS.ProcessEnv,
): Promise<{ readonly config: Config; readonly findings: readonly Finding[] }> {
  let config = withoutFile(environment);
  const findings: Finding[] = [];
  try {
    config = await openConfig(environment);
    const path = configPath(environment);
    const text = existsSync(path) ? `${path}: valid` : `${path}: not there, defaults count`;
    findings.push({ mark: "ok", name: "config.toml", text });
  } catch (error) {
    findings.push(asWrong("config.toml", error));
  }
  for (const name of Object.keys(KEYS) as KeyName[]) {
    try {
      config.get(name);
    } catch (error) {
      if (!(error instanceof HoduError)) throw error;
      findings.push(asWrong(name, error));
    }
  }
  return { config, findings };
}
