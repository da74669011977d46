// For workerd.
import { learn } from "./app.js";

export default {
  async fetch() {
    return new Response(await learn());
  },
};
