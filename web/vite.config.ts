// Builds the web app into dist: hashed files under /assets, nothing inline, so that the server's
// Content-Security-Policy can refuse every inline script and style.
import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin, type UserConfig } from "vite";

/** Where `npm start` listens. Requests that are not the app's own files go there during development. */
const API_ORIGIN = "http://127.0.0.1:3210";

/** The page's own font starts loading with the page, not after the style sheet: the text is drawn once. */
const preloadFont: Plugin = {
  name: "preload-font",
  apply: "build",
  transformIndexHtml: {
    order: "post",
    handler: (_html, { bundle }) =>
      Object.keys(bundle ?? {})
        .filter((file) => /\/inter-latin-wght-normal-[^/]+\.woff2$/.test(file))
        .map((file) => ({
          tag: "link",
          attrs: { rel: "preload", href: `/${file}`, as: "font", type: "font/woff2", crossorigin: "" },
          injectTo: "head",
        })),
  },
};

const config: UserConfig = defineConfig({
  plugins: [react(), tailwindcss(), preloadFont],
  resolve: {
    // From their sources: these packages are not built in development.
    alias: [
      {
        find: /^@mintmark\/(core|mcp-clients)$/,
        replacement: fileURLToPath(new URL("../$1/src/index.ts", import.meta.url)),
      },
      {
        find: /^@mintmark\/core\/([\w-]+)$/,
        replacement: fileURLToPath(new URL("../core/src/$1.ts", import.meta.url)),
      },
    ],
  },
  build: {
    outDir: "dist",
    assetsDir: "assets",
    // A data: URL would be refused by `font-src 'self'`.
    assetsInlineLimit: 0,
    target: ["chrome123", "edge123", "firefox120", "safari17.5"],
    modulePreload: { polyfill: false },
    rolldownOptions: {
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
