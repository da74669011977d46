// The rule "Data" in wrangler.jsonc makes an ArrayBuffer of such a file.
declare module "*.safetensors" {
  const bytes: ArrayBuffer;
  export default bytes;
}
