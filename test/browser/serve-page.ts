import { createReadStream, existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

/** A server on loopback for a page that runs a model in a Worker. */
export interface PageServer {
  readonly address: string;
  close(): Promise<void>;
}

/** Where the files of an address begin. */
const FOLDERS: Readonly<Record<string, string>> = {
  hodu: "packages/cli/dist/bundle/page",
  digits: "examples/digits",
  page: "test/browser/page",
};

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".json": "application/json",
};

/** Headers without which a page has no shared memory. */
const ISOLATED = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** Serves the bundle for pages, the example model and the pages of this folder. */
export async function servePage(isIsolated: boolean): Promise<PageServer> {
  const server: Server = createServer((request, response) => {
    const [, root, ...rest] = normalize(new URL(request.url ?? "/", "http://localhost").pathname).split("/");
    const file = join(FOLDERS[root] ?? "nowhere", ...rest);
    if (!existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    const type = TYPES[extname(file)] ?? "application/octet-stream";
    response.writeHead(200, { "Content-Type": type, ...(isIsolated && ISOLATED) });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
