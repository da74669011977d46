// A Worker that times the Worker of examples/edge, in workerd, where the clock goes on during a request as it does not
// in production. It answers a POST of pixels with milliseconds.

const REQUESTS = 2000;

export default {
  async fetch(request) {
    const init = {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: await request.text(),
    };
    const clock = () => performance.now();
    const start = clock();
    const { default: worker } = await import("./worker.js");
    const started = clock();
    const ask = async () => (await worker.fetch(new Request("https://worker.test/predict", init))).json();
    await ask();
    const first = clock();
    for (let i = 0; i < REQUESTS; i++) await ask();
    return Response.json({
      startUp: started - start,
      first: first - started,
      each: (clock() - first) / REQUESTS,
    });
  },
};
