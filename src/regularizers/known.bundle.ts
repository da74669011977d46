// The regularizers that a bundle finds by name alone: the common ones. Others must be linked (../linking.ts).
import { l1, l2, l1L2 } from "./index.js";

export const known = { l1, l2, l1L2 };
