// npm run test:examples: examples/deno in Deno, and examples/edge in workerd, which Cloudflare runs Workers with.
// npm start runs the examples for Node. Nothing can be left out.
import { begin, installBundlers, installRuntimes, run } from "../setup.js";

begin("npm run test:examples", "examples/deno in Deno and examples/edge in workerd, on the packed package");
installRuntimes();
installBundlers();
// One after the other: the second measures times.
for (const name of ["deno", "edge"]) {
  run(process.execPath, ["--test", "--test-reporter=spec", `test/examples/${name}.js`]);
}
