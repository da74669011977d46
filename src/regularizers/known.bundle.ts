// The regularizers that a bundle finds by name alone: the common ones. Others must be linked (../linking.ts).
export { l1, l2, l1L2 } from "./index.js";
