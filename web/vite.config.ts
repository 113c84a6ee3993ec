// Builds the web app into dist: hashed files under /assets, nothing inline, so that the server's
// Content-Security-Policy can refuse every inline script and style.
import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { build, defineConfig, type Plugin, type UserConfig } from "vite";

/** Where `npm start` listens. Requests that are not the app's own files go there during development. */
const API_ORIGIN = "http://127.0.0.1:3210";

const TARGET = ["chrome123", "edge123", "firefox120", "safari17.5"];

function at(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

/** The page's own font starts loading with the page, not after the style sheet: the text is drawn once. */
const preloadFont: Plugin = {
  name: "preload-font",
  apply: "build",
  transformIndexHtml: {
    order: "post",
    handler: (_html, { bundle, filename }) =>
      // The framed page takes the font of its host.
      (filename.endsWith("index.html") ? Object.keys(bundle ?? {}) : [])
        .filter((file) => /\/inter-latin-wght-normal-[^/]+\.woff2$/.test(file))
        .map((file) => ({
          tag: "link",
          attrs: { rel: "preload", href: `/${file}`, as: "font", type: "font/woff2", crossorigin: "" },
          injectTo: "head",
        })),
  },
};

/** The element for other sites: one file under a name that stays, which imports nothing. */
const embedElement: Plugin = {
  name: "embed-element",
  apply: "build",
  async generateBundle() {
    const built = await build({
      configFile: false,
      logLevel: "warn",
      publicDir: false,
      build: {
        write: false,
        target: TARGET,
        rolldownOptions: { output: { minify: true } },
        lib: { entry: at("./src/embed/element.ts"), formats: ["es"], fileName: "mintmark" },
      },
    });
    const [output] = [built].flat();
    if (output === undefined || !("output" in output) || output.output.length !== 1)
      throw new Error("the element must be one file");
    this.emitFile({ type: "asset", fileName: "embed/mintmark.js", source: output.output[0].code });
  },
};

const config: UserConfig = defineConfig({
  plugins: [react(), tailwindcss(), preloadFont, embedElement],
  resolve: {
    // From their sources: these packages are not built in development.
    alias: [
      {
        find: /^@mintmark\/(core|mcp-clients)$/,
        replacement: at("../$1/src/index.ts"),
      },
      {
        find: /^@mintmark\/core\/([\w-]+)$/,
        replacement: at("../core/src/$1.ts"),
      },
    ],
  },
  build: {
    outDir: "dist",
    assetsDir: "assets",
    // A data: URL would be refused by `font-src 'self'`.
    assetsInlineLimit: 0,
    target: TARGET,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // The app, and the page that other sites frame.
      input: [at("./index.html"), at("./embed/tokens.html")],
      output: {
        // A page needs few requests: the dependencies, the app, the parts that pages share, and the page. Parts of
        // only some pages, such as charts and the command palette, are loaded when they are used.
        codeSplitting: {
          groups: [
            { name: "vendor", test: /node_modules/, tags: ["$initial"], priority: 3 },
            {
              name: "shared",
              test: /web\/src\/(?:api|ui|session|credential)\//,
              tags: ["$initial"],
              priority: 2,
            },
            {
              name: "parts",
              // Only some pages have the field that searches, whose library is large, or the form for a token.
              test: /lucide-react|@tanstack|web\/src\/(?:api|ui(?!\/search-choice)|session|credential(?!\/(?:token|mint)-form))\//,
              minShareCount: 2,
              priority: 1,
            },
          ],
        },
      },
    },
  },
  server: {
    host: "127.0.0.1",
    proxy: { "/api": API_ORIGIN, "/openapi.json": API_ORIGIN, "/docs": API_ORIGIN, "/healthz": API_ORIGIN },
  },
});

export default config;
