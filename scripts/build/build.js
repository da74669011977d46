// npm run build
import { begin } from "../setup.js";

begin("npm run build", "compiles the kernels and builds the package, whichever is out of date");
