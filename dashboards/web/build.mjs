// Bundles the islands and the style into dist/, which the program carries inside itself.
import { build } from "esbuild";
import { rm } from "node:fs/promises";

await rm("dist", { recursive: true, force: true });
const result = await build({
  entryPoints: ["src/figures.ts", "src/call.ts", "src/filters.ts", "src/style.css"],
  outdir: "dist",
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022", "chrome110", "firefox115", "safari16.4"],
  loader: { ".woff2": "file" },
  assetNames: "[name]-[hash]",
  legalComments: "inline",
  metafile: true,
  logLevel: "warning",
});
for (const [path, output] of Object.entries(result.metafile.outputs)) {
  console.log(`${path} ${(output.bytes / 1024).toFixed(1)} KiB`);
}
