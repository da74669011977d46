/** The dense core: everything a network of dense layers needs to train. One wasm module. */
export { addInPlace } from "./reduce";
