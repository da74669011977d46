// For Node and pages.
import { learn } from "./app.js";

// A bundle that is no module has no top-level await.
learn().then(
  (text) => console.log(text),
  (error) => console.log(`${error.code}: ${error.message}`),
);
