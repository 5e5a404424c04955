// Bundles the islands and the style into dist/, which the program carries inside itself.
import { build } from "esbuild";
import { readFile, rm } from "node:fs/promises";

/**
 * tokens.css says both looks of a colour once, as `light-dark(…, …)`. Browsers of our target do not know that function
 * yet, so it becomes three rules: light, dark by the system's wish, dark by the reader's choice. Paper is always light.
 */
const bothLooks = {
  name: "both-looks",
  setup({ onLoad }) {
    onLoad({ filter: /tokens\.css$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const dark = [];
      const contents = source.replace(/(--[\w-]+):\s*light-dark\((.*)\);/g, (_, name, pair) => {
        const [inLight, inDark] = pair.split(/,(?![^(]*\))/).map((value) => value.trim());
        if (!inDark) {
          throw new Error(`${path}: ${name} does not say two colours`);
        }
        dark.push(`${name}: ${inDark};`);
        return `${name}: ${inLight};`;
      });
      const rules = dark.join(" ");
      const looks = `
        @media screen and (prefers-color-scheme: dark) { :root:not([data-look]) { ${rules} } }
        @media screen { :root[data-look="dark"] { ${rules} } }`;
      return { contents: contents + looks, loader: "css" };
    });
  },
};

await rm("dist", { recursive: true, force: true });
const result = await build({
  entryPoints: ["src/figures.ts", "src/call.ts", "src/assess.ts", "src/filters.ts", "src/forms.ts", "src/live.ts", "src/theme.ts", "src/style.css"],
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
  plugins: [bothLooks],
});
for (const [path, output] of Object.entries(result.metafile.outputs)) {
  console.log(`${path} ${(output.bytes / 1024).toFixed(1)} KiB`);
}
